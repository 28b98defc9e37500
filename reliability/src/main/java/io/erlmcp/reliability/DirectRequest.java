package io.erlmcp.reliability;

import io.erlmcp.json.JsonObject;
import io.erlmcp.transport.Endpoint;
import io.erlmcp.transport.EventStream;
import io.erlmcp.transport.HttpExchange;
import io.erlmcp.transport.PeerEvidence;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A request of the modern era that comes from any address, because no socket brings it. It is
 * answered once, with a body.
 */
final class DirectRequest implements HttpExchange {
    private final String address;
    private final byte[] body;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile int status;
    private volatile String answer = "";

    DirectRequest(String address, JsonObject message) {
        this.address = address;
        this.body = Rpc.bytes(message);
        headers.put("accept", "application/json, text/event-stream");
        headers.put("content-type", "application/json");
        for (String line : RawHttp.modernHeaders(message)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
    }

    DirectRequest to(Endpoint endpoint) {
        endpoint.handle(this);
        return this;
    }

    /** The HTTP status; 0 when there is no answer in time. */
    int await(Duration limit) throws InterruptedException {
        return answered.await(limit.toMillis(), TimeUnit.MILLISECONDS) ? status : 0;
    }

    String answer() {
        return answer;
    }

    @Override
    public String method() {
        return "POST";
    }

    @Override
    public String path() {
        return "/mcp";
    }

    @Override
    public @Nullable String query() {
        return null;
    }

    @Override
    public @Nullable String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    @Override
    public List<String> headers(String name) {
        String value = header(name);
        return value == null ? List.of() : List.of(value);
    }

    @Override
    public List<String> headerNames() {
        return List.copyOf(headers.keySet());
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public PeerEvidence evidence() {
        return new PeerEvidence("http", address, Map.of());
    }

    @Override
    public void respond(int code, List<String> names, byte[] buffer, int offset, int length) {
        status = code;
        answer = new String(buffer, offset, length, StandardCharsets.UTF_8);
        answered.countDown();
    }

    @Override
    public EventStream openStream(List<String> names) {
        throw new IllegalStateException("nothing was asked for that needs a stream");
    }

    @Override
    public void onDisconnect(Runnable action) {
        // it stays until it is answered
    }
}
