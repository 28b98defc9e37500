package io.erlmcp.admin;

import io.erlmcp.json.JsonObject;
import io.erlmcp.transport.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** {@code /upstreams} of the operators' endpoint: how the upstream servers are. */
public final class UpstreamPages {
    private static final List<String> JSON =
            List.of("content-type", "application/json", "cache-control", "no-store");
    private static final List<String> ONLY_READS = List.of("allow", "GET, HEAD");

    private final Supplier<JsonObject> upstreams;

    /**
     * @param upstreams must be quick: asked on an event loop
     */
    public UpstreamPages(Supplier<JsonObject> upstreams) {
        this.upstreams = upstreams;
    }

    /** The pages by path. */
    public Map<String, Consumer<HttpExchange>> byPath() {
        return Map.of("/upstreams", this::answer);
    }

    private void answer(HttpExchange http) {
        switch (http.method()) {
            case "GET" ->
                    http.respond(
                            200, JSON, upstreams.get().toJson().getBytes(StandardCharsets.UTF_8));
            case "HEAD" -> http.respond(200, JSON, new byte[0]);
            default -> http.respond(405, ONLY_READS, new byte[0]);
        }
    }
}
