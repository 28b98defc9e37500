package io.erlmcp.session;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.transport.Endpoint;
import io.erlmcp.transport.EventStream;
import io.erlmcp.transport.HttpExchange;
import io.erlmcp.transport.PeerEvidence;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One HTTP request without a socket: built, sent to an endpoint, its answer waited for. */
final class ProbeHttp implements HttpExchange {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** One event as it was sent. */
    record Event(@Nullable String id, String data) {
        JsonObject json() {
            return (JsonObject) Json.parse(data);
        }
    }

    private final String method;
    private final byte[] body;
    private final Map<String, List<String>> headers = new LinkedHashMap<>();
    private final CountDownLatch answered = new CountDownLatch(1);
    private final CountDownLatch streamEnded = new CountDownLatch(1);
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private @Nullable Runnable onDisconnect;
    private @Nullable String credentials;
    private String address = "127.0.0.1";
    private @Nullable String query;
    private boolean isGone;
    private boolean isBroken;
    volatile int status;
    volatile List<String> responseHeaders = List.of();
    volatile String responseBody = "";
    volatile boolean isStream;
    volatile @Nullable Duration retry;

    private ProbeHttp(String method, String body) {
        this.method = method;
        this.body = body.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        with("Accept", "application/json, text/event-stream");
    }

    static ProbeHttp post(String body) {
        return new ProbeHttp("POST", body).with("Content-Type", "application/json");
    }

    static ProbeHttp get() {
        return new ProbeHttp("GET", "");
    }

    static ProbeHttp delete() {
        return new ProbeHttp("DELETE", "");
    }

    ProbeHttp with(String name, String value) {
        headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), key -> new ArrayList<>()).add(value);
        return this;
    }

    ProbeHttp without(String name) {
        headers.remove(name.toLowerCase(Locale.ROOT));
        return this;
    }

    ProbeHttp as(String user) {
        credentials = user;
        return this;
    }

    /** With credentials that carry {@code granted}. */
    ProbeHttp as(String user, String granted) {
        credentials = user + ' ' + granted;
        return this;
    }

    /** Comes from there. */
    ProbeHttp from(String network) {
        address = network;
        return this;
    }

    /** No stream can be opened for it. */
    ProbeHttp broken() {
        isBroken = true;
        return this;
    }

    /** Leaves before its request is looked at. */
    ProbeHttp gone() {
        isGone = true;
        return this;
    }

    ProbeHttp to(Endpoint endpoint) {
        endpoint.handle(this);
        return this;
    }

    ProbeHttp toSse(Endpoint endpoint) {
        endpoint.handleSse(this);
        return this;
    }

    ProbeHttp query(String text) {
        query = text;
        return this;
    }

    ProbeHttp answer() throws InterruptedException {
        if (!answered.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("no answer within " + PATIENCE);
        }
        return this;
    }

    JsonObject json() throws InterruptedException {
        return (JsonObject) Json.parse(answer().responseBody);
    }

    /** The code of the JSON-RPC error in the answer; 0 for a result. */
    long errorCode() throws InterruptedException {
        return json().object("error").flatMap(error -> error.integer("code")).orElse(0L);
    }

    Event event() throws InterruptedException {
        Event event = events.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (event == null) {
            throw new AssertionError("no event within " + PATIENCE);
        }
        return event;
    }

    boolean hasNoEvent() {
        return events.isEmpty();
    }

    void awaitEnd() throws InterruptedException {
        if (!streamEnded.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("the stream did not end within " + PATIENCE);
        }
    }

    boolean hasEnded() {
        return streamEnded.getCount() == 0;
    }

    @Nullable String responseHeader(String name) {
        for (int i = 0; i < responseHeaders.size(); i += 2) {
            if (responseHeaders.get(i).equalsIgnoreCase(name)) {
                return responseHeaders.get(i + 1);
            }
        }
        return null;
    }

    void disconnect() {
        Runnable action = onDisconnect;
        streamEnded.countDown();
        if (action != null) {
            action.run();
        }
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String path() {
        return "/mcp";
    }

    @Override
    public @Nullable String query() {
        return query;
    }

    @Override
    public @Nullable String header(String name) {
        List<String> values = headers(name);
        return values.isEmpty() ? null : values.getFirst();
    }

    @Override
    public List<String> headers(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
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
        String user = credentials;
        return new PeerEvidence(
                "http", address, user == null ? Map.of() : Map.of("authorization", user));
    }

    @Override
    public void respond(int code, List<String> names, byte[] buffer, int offset, int length) {
        if (answered.getCount() == 0) {
            throw new IllegalStateException("answered twice");
        }
        status = code;
        responseHeaders = names;
        responseBody = new String(buffer, offset, length, StandardCharsets.UTF_8);
        answered.countDown();
    }

    @Override
    public EventStream openStream(List<String> names) {
        if (isBroken) {
            throw new IllegalStateException("no stream can be opened");
        }
        if (answered.getCount() == 0) {
            throw new IllegalStateException("answered twice");
        }
        status = 200;
        isStream = true;
        responseHeaders = names;
        answered.countDown();
        return new Stream();
    }

    @Override
    public void onDisconnect(Runnable action) {
        Runnable before = onDisconnect;
        onDisconnect =
                before == null
                        ? action
                        : () -> {
                            before.run();
                            action.run();
                        };
        if (isGone) {
            action.run();
        }
    }

    private final class Stream implements EventStream {
        @Override
        public void send(@Nullable String id, byte[] data, int offset, int length) {
            if (isOpen()) {
                events.add(new Event(id, new String(data, offset, length, StandardCharsets.UTF_8)));
            }
        }

        @Override
        public void send(String type, byte[] data) {
            events.add(new Event(type, new String(data, StandardCharsets.UTF_8)));
        }

        @Override
        public void retry(Duration delay) {
            retry = delay;
        }

        @Override
        public boolean awaitWritable(Duration limit) {
            return isOpen();
        }

        @Override
        public boolean isOpen() {
            return streamEnded.getCount() > 0;
        }

        @Override
        public void close() {
            streamEnded.countDown();
        }
    }
}
