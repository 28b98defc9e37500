package io.erlmcp.andon;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.transport.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The andon cord on the operators' endpoint. {@code GET /andon} shows the board, with {@code
 * ?component=} one component; {@code POST /andon/halt|resume|drain|force} with a JSON body change
 * it; {@code GET /andon/report} is the kaizen report.
 *
 * <p>Process model: each request on a virtual thread of its own, because the disk is waited for; at
 * most eight at the same time.
 */
public final class AndonPages {
    private static final List<String> JSON =
            List.of("content-type", "application/json", "cache-control", "no-store");
    private static final List<String> BUSY = List.of("retry-after", "1");
    private static final String COMPONENT = "component=";

    private final Andon andon;
    private final Drains drains;
    private final Work work;
    private final Setup setup;
    private final Semaphore permits = new Semaphore(8);

    /**
     * What the pages need to know of the node.
     *
     * @param draining how long what runs may go on, where nobody says otherwise
     * @param halting how long what was cut may take to end
     * @param isKnown whether there is such a component now
     * @param isVital whether operators need it to resume anything, so that it may not be halted
     * @param evidence what shows what happened to a component; null where there is nothing
     * @param errorLines what a component wrote to its standard error, the newest last, without
     *     secrets
     */
    public record Setup(
            Duration draining,
            Duration halting,
            Predicate<ComponentId> isKnown,
            Predicate<ComponentId> isVital,
            Time time,
            Function<ComponentId, @Nullable JsonObject> evidence,
            Function<ComponentId, List<String>> errorLines) {}

    public AndonPages(Andon andon, Drains drains, Work work, Setup setup) {
        this.andon = andon;
        this.drains = drains;
        this.work = work;
        this.setup = setup;
    }

    /** Answers a request; may wait. */
    @FunctionalInterface
    private interface Page {
        Reply answer(HttpExchange http) throws IOException;
    }

    private record Reply(int status, JsonObject body) {}

    /** What is asked for makes no sense. */
    private static final class BadRequest extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;

        BadRequest(int status, String message) {
            super(message);
            this.status = status;
        }
    }

    /** The pages by path. */
    public Map<String, Consumer<HttpExchange>> byPath() {
        Map<String, Consumer<HttpExchange>> pages = new LinkedHashMap<>();
        pages.put("/andon", http -> run(http, "GET", this::show));
        pages.put("/andon/report", http -> run(http, "GET", this::report));
        pages.put("/andon/halt", http -> run(http, "POST", this::halt));
        pages.put("/andon/resume", http -> run(http, "POST", this::resume));
        pages.put("/andon/drain", http -> run(http, "POST", this::drain));
        pages.put("/andon/force", http -> run(http, "POST", this::force));
        return pages;
    }

    private void run(HttpExchange http, String method, Page page) {
        if (!http.method().equals(method)) {
            http.respond(405, List.of("allow", method), new byte[0]);
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
                        respond(http, page.answer(http));
                    } catch (BadRequest e) {
                        respond(http, error(e.status, e.getMessage()));
                    } catch (JsonException | IllegalArgumentException e) {
                        respond(http, error(400, e.getMessage()));
                    } catch (IOException e) {
                        respond(http, error(500, e.toString()));
                    } finally {
                        permits.release();
                    }
                });
    }

    // ---- reads ----

    private Reply show(HttpExchange http) {
        String query = http.query();
        if (query != null && query.startsWith(COMPONENT)) {
            String text =
                    URLDecoder.decode(query.substring(COMPONENT.length()), StandardCharsets.UTF_8);
            return new Reply(200, status(Components.parse(text)).build());
        }
        return new Reply(
                200,
                AndonBoard.json(
                        andon.board(),
                        drains.underWay(),
                        andon.isKeeping(),
                        setup.time().now(),
                        sight()));
    }

    private AndonBoard.Sight sight() {
        return new AndonBoard.Sight(
                setup.evidence(), setup.errorLines(), andon.limits().errorLines());
    }

    private Reply report(HttpExchange http) {
        return new Reply(200, Kaizen.json(andon.board(), setup.time().now()));
    }

    private JsonObject.Builder status(ComponentId component) {
        Work.InFlight inFlight = work.inFlight(component);
        JsonObject.Builder status =
                AndonAnswers.status(andon, component)
                        .put("phase", drains.phase(component).text())
                        .put("known", isKnown(component))
                        .put("inFlight", inFlight.running());
        if (inFlight.oldest() != null) {
            status.put("oldestMs", inFlight.oldest().toMillis());
        }
        JsonArray lines =
                andon.isHalted(component) ? sight().lastLines(component) : JsonArray.EMPTY;
        if (!lines.isEmpty()) {
            status.put("stderr", lines);
        }
        DrainStep.State drain = drains.underWay().get(component);
        if (drain != null) {
            status.put("drained", drain.drained()).put("forced", drain.forced());
        }
        return status;
    }

    private boolean isKnown(ComponentId component) {
        return component.equals(ComponentId.NODE) || setup.isKnown().test(component);
    }

    // ---- changes ----

    private Reply halt(HttpExchange http) {
        JsonObject body = body(http, "component", "reason", "who", "incident", "now");
        ComponentId component = changeable(body);
        Andon.Result result =
                andon.halt(
                        component,
                        HaltState.HALTED_MANUAL,
                        category(body),
                        body.string("reason").orElse(""),
                        who(body));
        if (body.bool("now").orElse(false)
                && !(result.outcome() instanceof AndonStep.Outcome.Refused)) {
            drains.cut(component, who(body));
        }
        return reply(component, result);
    }

    private Reply drain(HttpExchange http) {
        JsonObject body =
                body(http, "component", "reason", "who", "incident", "drainMs", "haltingMs");
        ComponentId component = changeable(body);
        Drains.Started started =
                drains.start(
                        component,
                        new Drains.Order(
                                millis(body, "drainMs", setup.draining()),
                                millis(body, "haltingMs", setup.halting()),
                                category(body),
                                body.string("reason").orElse(""),
                                who(body)));
        return reply(component, started.halt());
    }

    private Reply force(HttpExchange http) {
        JsonObject body = body(http, "component", "who");
        ComponentId component = Components.parse(body.requireString("component"));
        if (!drains.force(component, who(body))) {
            return error(409, component + " is not stopping");
        }
        return new Reply(200, status(component).build());
    }

    private Reply resume(HttpExchange http) {
        JsonObject body = body(http, "component", "who", "cause", "fix", "prevention", "force");
        ComponentId component = Components.parse(body.requireString("component"));
        Analysis analysis =
                new Analysis(
                        body.string("cause").orElse(""),
                        body.string("fix").orElse(""),
                        body.string("prevention").orElse(""));
        return reply(
                component,
                andon.resume(component, analysis, body.bool("force").orElse(false), who(body)));
    }

    private Reply reply(ComponentId component, Andon.Result result) {
        AndonAnswers.Answer answer = AndonAnswers.of(component, result);
        if (answer.outcome().isEmpty()) {
            return error(result.problem() == null ? 409 : 500, answer.error());
        }
        JsonObject.Builder body =
                status(component).put("outcome", answer.outcome()).put("kept", result.isKept());
        return answer.error().isEmpty()
                ? new Reply(200, body.build())
                : new Reply(500, body.put("error", answer.error()).build());
    }

    private ComponentId changeable(JsonObject body) {
        ComponentId component = Components.parse(body.requireString("component"));
        if (setup.isVital().test(component)) {
            throw new BadRequest(
                    409, component + " cannot be halted: it is what operators resume with");
        }
        return component;
    }

    private static Category category(JsonObject body) {
        return body.bool("incident").orElse(false) ? Category.INCIDENT : Category.MANUAL;
    }

    private static String who(JsonObject body) {
        String who = body.string("who").orElse("").strip();
        return who.isEmpty() ? "an operator" : who;
    }

    private static Duration millis(JsonObject body, String name, Duration usual) {
        long millis = body.integer(name).orElse(usual.toMillis());
        if (millis < 0 || millis > Duration.ofHours(1).toMillis()) {
            throw new BadRequest(
                    400, name + ": " + millis + " is not within 0 and 3600000 (one hour)");
        }
        return Duration.ofMillis(millis);
    }

    /** The body, which only what is no page of a browser can send: no form has this type. */
    private static JsonObject body(HttpExchange http, String... known) {
        String type = http.header("content-type");
        if (type == null || !isJson(type)) {
            throw new BadRequest(415, "Content-Type must be application/json");
        }
        JsonObject body = Json.parseObject(http.body());
        for (String name : body.keys()) {
            if (!List.of(known).contains(name)) {
                throw new BadRequest(
                        400, name + ": no such member; allowed: " + String.join(", ", known));
            }
        }
        return body;
    }

    private static boolean isJson(String type) {
        int end = type.indexOf(';');
        String media = end < 0 ? type : type.substring(0, end);
        return media.strip().toLowerCase(Locale.ROOT).equals("application/json");
    }

    private static Reply error(int status, @Nullable String message) {
        return new Reply(status, JsonObject.of("error", String.valueOf(message)));
    }

    private static void respond(HttpExchange http, Reply reply) {
        http.respond(
                reply.status(),
                JSON,
                (reply.body().toJson() + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
