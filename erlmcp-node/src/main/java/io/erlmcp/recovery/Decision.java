package io.erlmcp.recovery;

import io.erlmcp.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A line of the decision log. */
record Decision(Instant at, String component, JsonObject what) {
    /** The line of an event; null for an event that is no decision. */
    static @Nullable Decision of(RecoveryEvent event, Instant at) {
        JsonObject what =
                switch (event) {
                    case RecoveryEvent.PlanSelected it -> plan(it);
                    case RecoveryEvent.StepExecuted it ->
                            JsonObject.builder()
                                    .put("decision", "step")
                                    .put("class", it.type().text())
                                    .put("count", it.count())
                                    .put("step", it.step().text())
                                    .put("result", it.result().text())
                                    .putIfPresent("detail", textOrNull(it.detail()))
                                    .build();
                    case RecoveryEvent.RestartDenied it ->
                            JsonObject.of("decision", "denied", "detail", it.reason());
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

    private static JsonObject plan(RecoveryEvent.PlanSelected it) {
        return JsonObject.builder()
                .put("decision", "plan")
                .put("class", it.type().text())
                .put("count", it.count())
                .put("steps", words(it.steps()))
                .put("detail", it.error())
                .putIfPresent("root", it.root() == null ? null : it.root().path())
                .build();
    }

    private static String words(List<PlanStep> steps) {
        return String.join(", ", steps.stream().map(PlanStep::text).toList());
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
