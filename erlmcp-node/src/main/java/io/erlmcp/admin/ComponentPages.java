package io.erlmcp.admin;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.supervision.ComponentState;
import io.erlmcp.supervision.Failure;
import io.erlmcp.supervision.Strategy;
import io.erlmcp.transport.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The supervision tree for operators: {@code /components}, what each one is doing, since when, how
 * often it was started again, and how it failed last.
 */
public final class ComponentPages {
    private static final List<String> JSON =
            List.of("content-type", "application/json", "cache-control", "no-store");
    private static final List<String> ONLY_READS = List.of("allow", "GET, HEAD");

    private final Supplier<List<ComponentState>> states;

    public ComponentPages(Supplier<List<ComponentState>> states) {
        this.states = states;
    }

    /** The pages by path. */
    public Map<String, Consumer<HttpExchange>> byPath() {
        return Map.of("/components", this::components);
    }

    private void components(HttpExchange exchange) {
        switch (exchange.method()) {
            case "GET" ->
                    exchange.respond(
                            200,
                            JSON,
                            (JsonObject.of("components", list(states.get())).toJson() + "\n")
                                    .getBytes(StandardCharsets.UTF_8));
            case "HEAD" -> exchange.respond(200, JSON, new byte[0]);
            default -> exchange.respond(405, ONLY_READS, new byte[0]);
        }
    }

    private static JsonArray list(List<ComponentState> states) {
        return JsonArray.of(states.stream().map(ComponentPages::one).toArray());
    }

    private static JsonObject one(ComponentState state) {
        JsonObject.Builder one =
                JsonObject.builder()
                        .put("id", state.id().path())
                        .put("status", word(state.status()))
                        .put("since", state.since().toString())
                        .put("restarts", state.restarts())
                        .putIfPresent("reason", state.reason());
        Failure failure = state.lastFailure();
        if (failure != null) {
            one.put("failed_at", failure.at().toString());
            Throwable cause = failure.cause();
            one.putIfPresent("failure", cause == null ? null : cause.toString());
        }
        Strategy strategy = state.strategy();
        if (strategy != null) {
            one.put("strategy", word(strategy));
            one.put("children", list(state.children()));
        }
        return one.build();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
