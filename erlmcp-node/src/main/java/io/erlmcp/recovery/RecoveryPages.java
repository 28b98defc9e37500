package io.erlmcp.recovery;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.runtime.Threads;
import io.erlmcp.transport.HttpExchange;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /recovery} of the operators' endpoint: what failed, what was done about it, and how
 * often that helped; with {@code ?component=} all that is known of one component.
 *
 * <p>Process model: each request on a virtual thread of its own, at most four at the same time.
 */
public final class RecoveryPages {
    private static final List<String> JSON =
            List.of("content-type", "application/json", "cache-control", "no-store");
    private static final List<String> ONLY_READS = List.of("allow", "GET, HEAD");
    private static final List<String> BUSY = List.of("retry-after", "1");
    private static final String COMPONENT = "component=";

    private final Recovery recovery;
    private final Semaphore permits = new Semaphore(4);

    public RecoveryPages(Recovery recovery) {
        this.recovery = recovery;
    }

    /** The pages by path. */
    public Map<String, Consumer<HttpExchange>> byPath() {
        return Map.of("/recovery", this::run);
    }

    private void run(HttpExchange http) {
        if (!http.method().equals("GET") && !http.method().equals("HEAD")) {
            http.respond(405, ONLY_READS, new byte[0]);
            return;
        }
        if (!permits.tryAcquire()) {
            http.respond(503, BUSY, new byte[0]);
            return;
        }
        Threads.startVirtual(
                "admin /recovery",
                () -> {
                    try {
                        answer(http);
                    } finally {
                        permits.release();
                    }
                });
    }

    private void answer(HttpExchange http) {
        RecoveryView view = new RecoveryView(recovery);
        String query = http.query();
        if (query == null || !query.startsWith(COMPONENT)) {
            respond(http, 200, view.all());
            return;
        }
        try {
            ComponentId component =
                    new ComponentId(
                            URLDecoder.decode(
                                    query.substring(COMPONENT.length()), StandardCharsets.UTF_8));
            @Nullable JsonObject one = view.one(component);
            respond(
                    http,
                    one == null ? 404 : 200,
                    one == null
                            ? JsonObject.of("error", component + ": no failure of it is known")
                            : one);
        } catch (IllegalArgumentException e) {
            respond(http, 400, JsonObject.of("error", String.valueOf(e.getMessage())));
        }
    }

    private static void respond(HttpExchange http, int status, JsonObject body) {
        boolean isRead = http.method().equals("GET");
        http.respond(
                status,
                JSON,
                isRead ? (body.toJson() + "\n").getBytes(StandardCharsets.UTF_8) : new byte[0]);
    }
}
