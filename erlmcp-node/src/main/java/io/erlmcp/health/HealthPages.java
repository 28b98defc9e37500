package io.erlmcp.health;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.HealthStatus;
import io.erlmcp.runtime.Time;
import io.erlmcp.transport.HttpExchange;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The pages that probes ask for. {@code /alive} says that the process answers; {@code /ready} that
 * it takes requests, else 503 and why; {@code /health} both, with figures. They read what others
 * left behind, and never wait.
 */
public final class HealthPages {
    private static final List<String> JSON =
            List.of("content-type", "application/json", "cache-control", "no-store");
    private static final List<String> ONLY_READS = List.of("allow", "GET, HEAD");

    private static final String COMPONENT = "component=";

    private final Health health;
    private final HealthMonitor monitor;
    private final Map<String, IntSupplier> figures;
    private final Time time;
    private final long startNanos;

    /**
     * @param figures numbers for {@code /health} by name, quick to read
     */
    public HealthPages(
            Health health, HealthMonitor monitor, Map<String, IntSupplier> figures, Time time) {
        this.health = health;
        this.monitor = monitor;
        this.figures = new LinkedHashMap<>(figures);
        this.time = time;
        startNanos = time.nanos();
    }

    /** The pages by path, for everybody: which components there are is nobody's business. */
    public Map<String, Consumer<HttpExchange>> byPath() {
        return pages(exchange -> health(exchange, false));
    }

    /**
     * The pages by path, for operators: with components and what was found of them; {@code
     * /health?component=ID} has what was found of one before.
     */
    public Map<String, Consumer<HttpExchange>> forOperators() {
        return pages(this::healthForOperators);
    }

    private Map<String, Consumer<HttpExchange>> pages(Consumer<HttpExchange> whole) {
        Map<String, Consumer<HttpExchange>> pages = new LinkedHashMap<>();
        List.of("/health", "/healthz").forEach(path -> pages.put(path, whole));
        List.of("/ready", "/readyz").forEach(path -> pages.put(path, this::ready));
        List.of("/alive", "/livez", "/live").forEach(path -> pages.put(path, this::alive));
        return pages;
    }

    private void alive(HttpExchange exchange) {
        answer(exchange, 200, JsonObject.of("status", "alive"));
    }

    private void ready(HttpExchange exchange) {
        String reason = health.notReady();
        if (reason == null) {
            answer(exchange, 200, JsonObject.of("status", "ready"));
        } else {
            answer(exchange, 503, JsonObject.of("status", "not ready", "reason", reason));
        }
    }

    private void healthForOperators(HttpExchange exchange) {
        String query = exchange.query();
        if (query == null || !query.startsWith(COMPONENT)) {
            health(exchange, true);
            return;
        }
        ComponentId wanted;
        try {
            wanted = new ComponentId(decoded(query.substring(COMPONENT.length())));
        } catch (IllegalArgumentException e) {
            answer(exchange, 400, JsonObject.of("error", String.valueOf(e.getMessage())));
            return;
        }
        HealthReport.Line line =
                health.report().components().stream()
                        .filter(it -> it.component().equals(wanted))
                        .findFirst()
                        .orElse(null);
        if (line == null) {
            answer(
                    exchange,
                    404,
                    JsonObject.of("error", "nothing was found of \"" + wanted + "\" yet"));
            return;
        }
        JsonArray history =
                JsonArray.of(
                        monitor.history(line.component()).stream()
                                .map(HealthPages::json)
                                .toArray());
        answer(exchange, 200, json(line).with("history", history));
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "component \"" + text + "\" is not percent-encoded text", e);
        }
    }

    private static JsonObject json(HealthMonitor.Past past) {
        return JsonObject.builder()
                .put("at", past.at().toString())
                .put("status", word(past.status()))
                .putIfPresent("detail", past.detail().isEmpty() ? null : past.detail())
                .put("millis", past.millis())
                .build();
    }

    private void health(HttpExchange exchange, boolean isForOperators) {
        String reason = health.notReady();
        HealthReport report = health.report();
        JsonObject.Builder body =
                JsonObject.builder()
                        .put("status", status(reason, report))
                        .put("ready", reason == null)
                        .putIfPresent("reason", reason)
                        .put("score", report.score())
                        .put(
                                "uptime_seconds",
                                Duration.ofNanos(time.nanos() - startNanos).toSeconds());
        figures.forEach((name, figure) -> body.put(name, figure.getAsInt()));
        if (isForOperators) {
            body.put(
                    "components",
                    JsonArray.of(report.components().stream().map(HealthPages::json).toArray()));
        }
        answer(exchange, reason == null ? 200 : 503, body.build());
    }

    private static String status(@Nullable String reason, HealthReport report) {
        if (reason != null) {
            return "not ready";
        }
        return report.status() == HealthStatus.HEALTHY ? "ok" : word(report.status());
    }

    private static JsonObject json(HealthReport.Line line) {
        return JsonObject.builder()
                .put("component", line.component().path())
                .put("status", word(line.status()))
                .put("own", word(line.own()))
                .put("score", line.status().score())
                .put("since", line.since().toString())
                .put("failures", line.failures())
                .putIfPresent("detail", line.detail().isEmpty() ? null : line.detail())
                .put("millis", line.millis())
                .build();
    }

    private static String word(HealthStatus status) {
        return status.name().toLowerCase(Locale.ROOT);
    }

    private static void answer(HttpExchange exchange, int status, JsonObject body) {
        switch (exchange.method()) {
            case "GET" ->
                    exchange.respond(
                            status, JSON, (body.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
            case "HEAD" -> exchange.respond(status, JSON, new byte[0]);
            default -> exchange.respond(405, ONLY_READS, new byte[0]);
        }
    }
}
