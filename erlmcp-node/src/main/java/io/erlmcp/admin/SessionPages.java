package io.erlmcp.admin;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.runtime.Threads;
import io.erlmcp.session.SessionDesk;
import io.erlmcp.transport.HttpExchange;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * {@code /sessions} of the operators' endpoint: GET lists, GET with {@code ?handle=} shows one,
 * DELETE with it ends one; {@code &who=} says who does it.
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

    private final SessionDesk desk;
    private final BiConsumer<String, String> dropped;
    private final Semaphore permits = new Semaphore(4);

    /**
     * @param dropped told the handle of each session that an operator ended, and by whom
     */
    public SessionPages(SessionDesk desk, BiConsumer<String, String> dropped) {
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
                    } catch (IllegalArgumentException problem) {
                        respond(http, 400, JsonObject.of("error", "" + problem.getMessage()));
                    } catch (RuntimeException problem) {
                        respond(http, 503, JsonObject.of("error", "" + problem.getMessage()));
                    } finally {
                        permits.release();
                    }
                });
    }

    private void answer(HttpExchange http) {
        String handle = parameter(http, "handle");
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
                    String who = parameter(http, "who").strip();
                    dropped.accept(handle, who.isEmpty() ? "an operator" : who);
                    respond(http, 200, JsonObject.of("dropped", handle));
                } else {
                    unknown(http);
                }
            }
            default -> http.respond(405, METHODS, new byte[0]);
        }
    }

    /** Empty when it is not given. */
    private static String parameter(HttpExchange http, String name) {
        String query = http.query();
        for (String part : query == null ? new String[0] : query.split("&", -1)) {
            if (part.startsWith(name + '=')) {
                return URLDecoder.decode(part.substring(name.length() + 1), StandardCharsets.UTF_8);
            }
        }
        return "";
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
