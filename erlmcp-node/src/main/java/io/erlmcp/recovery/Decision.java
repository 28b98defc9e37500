package io.erlmcp.recovery;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.supervision.RestartAdvice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A line of the decision log: of this run, or read back from the receipt that an earlier left. */
public record Decision(Instant at, String component, JsonObject what) {
    /** The action of the receipt of a decision about a failure. */
    public static final String DECIDE = "recovery.decide";

    /** The action of the receipt of what came of one. */
    public static final String OUTCOME = "recovery.outcome";

    /** The action of the receipt of a start that was denied. */
    public static final String DENY = "recovery.deny";

    /** The actions of all receipts that {@link #read} makes a line of. */
    public static final Set<String> ACTIONS = Set.of(DECIDE, OUTCOME, DENY);

    /** The line of an event; null for an event that is no decision. */
    static @Nullable Decision of(RecoveryEvent event, Instant at) {
        JsonObject what =
                switch (event) {
                    case RecoveryEvent.Decided it ->
                            plan(receipt(it)).put("detail", it.error()).build();
                    case RecoveryEvent.Settled it -> outcome(receipt(it)).build();
                    case RecoveryEvent.StepExecuted it ->
                            JsonObject.builder()
                                    .put("decision", "step")
                                    .put("class", it.type().text())
                                    .put("count", it.count())
                                    .put("step", it.step().text())
                                    .put("result", it.result().text())
                                    .putIfPresent("detail", textOrNull(it.detail()))
                                    .build();
                    case RecoveryEvent.RestartDenied it -> denied(receipt(it)).build();
                    case RecoveryEvent.NotDone it ->
                            JsonObject.of("decision", "not_done", "detail", it.problem());
                    case RecoveryEvent.PatternDetected it -> null;
                    case RecoveryEvent.HistoryGrew it -> null;
                    case RecoveryEvent.HistoryForgotten it -> null;
                    case RecoveryEvent.Notified it -> null;
                    case RecoveryEvent.Exhausted it -> null;
                    case RecoveryEvent.Recovered it -> null;
                    case RecoveryEvent.BundleKept it -> null;
                };
        return what == null ? null : new Decision(at, event.component().path(), what);
    }

    // ---- receipts: without the text of the error, which may hold a secret ----

    /** The details of the receipt of a decision. */
    public static JsonObject receipt(RecoveryEvent.Decided event) {
        Diagnosis found = event.diagnosis();
        return JsonObject.builder()
                .put("decision", words(event.advice()))
                .put("class", found.type().text())
                .put("failures", found.count())
                .put("patterns", texts(found.patterns().stream().map(Pattern::text).toList()))
                .put("plan", texts(event.plan().stream().map(PlanStep::text).toList()))
                .put("next", event.next().type().text())
                .put("confidencePercent", event.next().confidencePercent())
                .putIfPresent("root", found.root() == null ? null : found.root().path())
                .put("failedAt", event.failedAt().toString())
                .build();
    }

    /** The details of the receipt of what came of a decision. */
    public static JsonObject receipt(RecoveryEvent.Settled event) {
        JsonObject.Builder steps = JsonObject.builder();
        for (Map.Entry<PlanStep, StepResult> step : new TreeMap<>(event.steps()).entrySet()) {
            steps.put(step.getKey().text(), step.getValue().text());
        }
        return JsonObject.builder()
                .put("outcome", event.outcome().text())
                .put("class", event.type().text())
                .put("failures", event.count())
                .put("steps", steps.build())
                .put("failedAt", event.failedAt().toString())
                .build();
    }

    /** The details of the receipt of a start that was denied. */
    public static JsonObject receipt(RecoveryEvent.RestartDenied event) {
        return JsonObject.of("reason", event.reason());
    }

    private static String words(RestartAdvice advice) {
        return switch (advice) {
            case RestartAdvice.After after -> "restart after " + after.pause();
            case RestartAdvice.Degrade left -> "leave it down";
            case RestartAdvice.Halt halt -> "halt";
            case RestartAdvice.Escalate up -> "escalate";
        };
    }

    private static JsonArray texts(List<String> texts) {
        return JsonArray.of(texts.toArray());
    }

    /**
     * The line of a receipt that an earlier run left.
     *
     * @param action one of {@link #ACTIONS}
     */
    public static Decision read(Instant at, String component, String action, JsonObject details) {
        JsonObject.Builder line =
                switch (action) {
                    case DECIDE -> plan(details);
                    case OUTCOME -> outcome(details);
                    case DENY -> denied(details);
                    default -> throw new IllegalArgumentException(action + " is no decision");
                };
        return new Decision(at, component, line.put("earlier", true).build());
    }

    // ---- lines ----

    private static JsonObject.Builder plan(JsonObject receipt) {
        return JsonObject.builder()
                .put("decision", "plan")
                .put("class", receipt.string("class").orElse("unknown"))
                .put("count", receipt.integer("failures").orElse(1L))
                .put("steps", joined(receipt.array("plan").orElse(JsonArray.EMPTY)))
                .put("advice", receipt.string("decision").orElse(""))
                .put("patterns", receipt.array("patterns").orElse(JsonArray.EMPTY))
                .putIfPresent("next", receipt.string("next").orElse(null))
                .putIfPresent(
                        "confidencePercent", receipt.integer("confidencePercent").orElse(null))
                .putIfPresent("root", receipt.string("root").orElse(null))
                .putIfPresent("failedAt", receipt.string("failedAt").orElse(null));
    }

    private static JsonObject.Builder outcome(JsonObject receipt) {
        return JsonObject.builder()
                .put("decision", "outcome")
                .put("outcome", receipt.string("outcome").orElse(""))
                .put("class", receipt.string("class").orElse("unknown"))
                .put("count", receipt.integer("failures").orElse(1L))
                .put("steps", receipt.object("steps").orElse(JsonObject.EMPTY))
                .putIfPresent("failedAt", receipt.string("failedAt").orElse(null));
    }

    private static JsonObject.Builder denied(JsonObject receipt) {
        return JsonObject.builder()
                .put("decision", "denied")
                .put("detail", receipt.string("reason").orElse(""));
    }

    private static String joined(JsonArray texts) {
        List<String> words = new ArrayList<>();
        texts.forEach(it -> words.add(it instanceof JsonString text ? text.value() : ""));
        return String.join(", ", words);
    }

    private static @Nullable String textOrNull(String text) {
        return text.isEmpty() ? null : text;
    }

    JsonObject json() {
        JsonObject.Builder out =
                JsonObject.builder().put("at", at.toString()).put("component", component);
        what.keys().forEach(name -> out.put(name, what.get(name)));
        return out.build();
    }
}
