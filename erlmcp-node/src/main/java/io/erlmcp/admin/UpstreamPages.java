package io.erlmcp.admin;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.runtime.Threads;
import io.erlmcp.transport.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code /upstreams} of the operators' endpoint: how the upstream servers are; {@code
 * /upstreams/held}: their tools whose definitions changed and wait for an operator; {@code
 * /upstreams/accept}: accepts one.
 *
 * <p>Process model: {@code /upstreams} is answered where it is asked; the others on a virtual
 * thread each, a few at the same time, since definitions are long and a receipt is written.
 */
public final class UpstreamPages {
    private static final List<String> JSON =
            List.of("content-type", "application/json", "cache-control", "no-store");
    private static final List<String> ONLY_READS = List.of("allow", "GET, HEAD");
    private static final List<String> ONLY_GETS = List.of("allow", "GET");
    private static final List<String> ONLY_POSTS = List.of("allow", "POST");
    private static final List<String> BUSY = List.of("retry-after", "1");
    private static final List<String> MEMBERS = List.of("upstream", "tool", "sha256", "who");

    /** What operators see of upstream servers, and do to them. */
    public interface Desk {
        /** How they are; quick: asked on an event loop. */
        JsonObject describe();

        /** Tools that wait to be accepted. */
        JsonObject held();

        /**
         * Accepts the definition with this hash.
         *
         * @param upstream a component, such as {@code upstreams/files}
         * @return empty when it was done; else why not
         * @throws IOException when it could not be written down, and was not done
         */
        String accept(String upstream, String tool, String sha256, String who) throws IOException;
    }

    private final Desk desk;
    private final Semaphore permits = new Semaphore(4);

    public UpstreamPages(Desk desk) {
        this.desk = desk;
    }

    /** The pages by path. */
    public Map<String, Consumer<HttpExchange>> byPath() {
        return Map.of(
                "/upstreams", http -> read(http, desk.describe()),
                "/upstreams/held",
                        http -> work(http, ONLY_GETS, () -> respond(http, 200, desk.held())),
                "/upstreams/accept", http -> work(http, ONLY_POSTS, () -> accept(http)));
    }

    private static void read(HttpExchange http, JsonObject page) {
        switch (http.method()) {
            case "GET" -> respond(http, 200, page);
            case "HEAD" -> http.respond(200, JSON, new byte[0]);
            default -> http.respond(405, ONLY_READS, new byte[0]);
        }
    }

    /** What takes its time. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private void work(HttpExchange http, List<String> methods, Work work) {
        if (!http.method().equals(methods.getLast())) {
            http.respond(405, methods, new byte[0]);
            return;
        }
        if (!permits.tryAcquire()) {
            http.respond(503, BUSY, new byte[0]);
            return;
        }
        Threads.startVirtual(
                "admin " + http.path(),
                () -> {
                    try {
                        work.run();
                    } catch (JsonException | IllegalArgumentException e) {
                        refuse(http, 400, e.getMessage());
                    } catch (IOException e) {
                        refuse(http, 500, e.toString());
                    } finally {
                        permits.release();
                    }
                });
    }

    private void accept(HttpExchange http) throws IOException {
        if (!isJson(http.header("content-type"))) {
            // no form of a browser has this type
            refuse(http, 415, "Content-Type must be application/json");
            return;
        }
        JsonObject body = Json.parseObject(http.body());
        for (String name : body.keys()) {
            if (!MEMBERS.contains(name)) {
                refuse(
                        http,
                        400,
                        name + ": no such member; allowed: " + String.join(", ", MEMBERS));
                return;
            }
        }
        String upstream = body.requireString("upstream");
        String tool = body.requireString("tool");
        String sha256 = body.requireString("sha256");
        String who =
                body.string("who")
                        .map(String::strip)
                        .filter(it -> !it.isEmpty())
                        .orElse("an operator");
        String problem = desk.accept(upstream, tool, sha256, who);
        if (problem.isEmpty()) {
            respond(
                    http,
                    200,
                    JsonObject.of(
                            "outcome",
                            "accepted",
                            "upstream",
                            upstream,
                            "tool",
                            tool,
                            "sha256",
                            sha256));
        } else {
            refuse(http, 409, problem);
        }
    }

    private static boolean isJson(@Nullable String type) {
        if (type == null) {
            return false;
        }
        int end = type.indexOf(';');
        String media = end < 0 ? type : type.substring(0, end);
        return media.strip().toLowerCase(Locale.ROOT).equals("application/json");
    }

    private static void refuse(HttpExchange http, int status, @Nullable String message) {
        respond(http, status, JsonObject.of("error", String.valueOf(message)));
    }

    private static void respond(HttpExchange http, int status, JsonObject body) {
        http.respond(status, JSON, (body.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
