package io.erlmcp.admin;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.runtime.Threads;
import io.erlmcp.session.SessionDesk;
import io.erlmcp.transport.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * {@code /sessions} of the operators' endpoint: GET lists, GET with {@code ?handle=} shows one,
 * DELETE with it ends one.
 *
 * <p>Process model: each request on a virtual thread of its own, because the store may be on a
 * disk; at most four at the same time.
 */
public final class SessionPages {
    static final int MAX_LISTED = 10_000;

    private static final List<String> JSON =
            List.of("content-type", "application/json", "cache-control", "no-store");
    private static final List<String> METHODS = List.of("allow", "GET, DELETE");
    private static final List<String> BUSY = List.of("retry-after", "1");
    private static final String HANDLE = "handle=";

    private final SessionDesk desk;
    private final Consumer<String> dropped;
    private final Semaphore permits = new Semaphore(4);

    /**
     * @param dropped told the handle of each session that an operator ended
     */
    public SessionPages(SessionDesk desk, Consumer<String> dropped) {
        this.desk = desk;
        this.dropped = dropped;
    }

    /** The pages by path. */
    public Map<String, Consumer<HttpExchange>> byPath() {
        return Map.of("/sessions", this::handle);
    }

    private void handle(HttpExchange http) {
        if (!permits.tryAcquire()) {
            http.respond(503, BUSY, new byte[0]);
            return;
        }
        Threads.startVirtual(
                "admin /sessions",
                () -> {
                    try {
                        answer(http);
                    } catch (RuntimeException problem) {
                        respond(http, 503, JsonObject.of("error", "" + problem.getMessage()));
                    } finally {
                        permits.release();
                    }
                });
    }

    private void answer(HttpExchange http) {
        String query = http.query();
        String handle =
                query != null && query.startsWith(HANDLE) ? query.substring(HANDLE.length()) : "";
        switch (http.method()) {
            case "GET" -> {
                if (handle.isEmpty()) {
                    respond(http, 200, list());
                } else {
                    desk.find(handle)
                            .ifPresentOrElse(
                                    it -> respond(http, 200, whole(it)), () -> unknown(http));
                }
            }
            case "DELETE" -> {
                if (desk.drop(handle)) {
                    dropped.accept(handle);
                    respond(http, 200, JsonObject.of("dropped", handle));
                } else {
                    unknown(http);
                }
            }
            default -> http.respond(405, METHODS, new byte[0]);
        }
    }

    private static void unknown(HttpExchange http) {
        respond(http, 404, JsonObject.of("error", "no session has this handle"));
    }

    private JsonObject list() {
        return JsonObject.of(
                "total",
                desk.size(),
                "sessions",
                JsonArray.of(desk.list(MAX_LISTED).stream().map(SessionPages::json).toArray()));
    }

    private static JsonObject json(SessionDesk.Summary session) {
        return members(session).build();
    }

    /** With what would make a list of all too long. */
    private static JsonObject whole(SessionDesk.Summary session) {
        JsonObject.Builder metadata = JsonObject.builder();
        session.metadata().forEach(metadata::put);
        return members(session).put("metadata", metadata.build()).build();
    }

    private static JsonObject.Builder members(SessionDesk.Summary session) {
        return JsonObject.builder()
                .put("handle", session.handle())
                .put("principal", session.principal())
                .put("revision", session.revision().text())
                .putIfPresent("client", session.client())
                .put("created", session.created().toString())
                .put("updated", session.updated().toString())
                .put("subscriptions", session.subscriptions())
                .put("live", session.isLive())
                .put("busy", session.isBusy());
    }

    private static void respond(HttpExchange http, int status, JsonObject body) {
        http.respond(status, JSON, (body.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
