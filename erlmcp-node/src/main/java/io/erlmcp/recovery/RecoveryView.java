package io.erlmcp.recovery;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.recovery.RecoveryState.Score;
import io.erlmcp.recovery.RecoveryState.Tried;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is known of failures, as operators see it. */
final class RecoveryView {
    /** Decisions on the page of all components; of none only as many as the others leave. */
    static final int SHOWN_DECISIONS = 50;

    private final Recovery recovery;
    private final RecoveryState state;
    private final long nanos;

    RecoveryView(Recovery recovery) {
        this.recovery = recovery;
        this.state = recovery.state();
        this.nanos = recovery.time().nanos();
    }

    /** Everything in short. */
    JsonObject all() {
        Map<ComponentId, Instant> bundles = recovery.bundleTimes();
        List<JsonObject> components = new ArrayList<>();
        state.components().keySet().stream()
                .sorted()
                .forEach(it -> components.add(line(it, bundles.get(it)).build()));
        DecisionLog shown = new DecisionLog(SHOWN_DECISIONS);
        recovery.allDecisions().forEach(shown::add);
        return JsonObject.builder()
                .put("components", array(components))
                .put("effectiveness", effectiveness())
                .put("decisions", array(shown.lines().stream().map(Decision::json).toList()))
                .build();
    }

    /** One component, with all that is known of it; null when nothing is. */
    @Nullable JsonObject one(ComponentId component) {
        Bundle bundle = recovery.bundle(component).orElse(null);
        ComponentRecovery known = state.components().get(component);
        JsonArray decisions = decisions(component);
        if (known == null) {
            return bundle == null && decisions.isEmpty()
                    ? null
                    : JsonObject.builder()
                            .put("component", component.path())
                            .put("failures", 0)
                            .put("decisions", decisions)
                            .putIfPresent("bundle", bundle == null ? null : bundle.json())
                            .build();
        }
        return line(component, bundle == null ? null : bundle.at())
                .put("groups", groups(known.history()))
                .put("history", array(known.history().stream().map(RecoveryView::entry).toList()))
                .put("decisions", decisions)
                .putIfPresent("bundle", bundle == null ? null : bundle.json())
                .build();
    }

    private JsonArray decisions(ComponentId component) {
        return array(
                recovery.allDecisions().stream()
                        .filter(it -> it.component().equals(component.path()))
                        .map(Decision::json)
                        .toList());
    }

    private JsonObject.Builder line(ComponentId component, @Nullable Instant bundle) {
        ComponentRecovery known = state.of(component);
        FailureAnalysis.Trend trend =
                FailureAnalysis.trend(known.history(), nanos, recovery.limits().trendWindow());
        JsonObject.Builder out =
                JsonObject.builder()
                        .put("component", component.path())
                        .put("condition", known.condition().text())
                        .put("failures", known.history().size());
        if (!known.history().isEmpty()) {
            FailureEntry last = known.history().getLast();
            out.put("class", last.type().text())
                    .put("inRow", last.count())
                    .put("lastFailure", last.at().toString())
                    .put("error", last.text().message())
                    .putIfPresent("root", last.root() == null ? null : last.root().path());
        }
        out.put("perMinute", Math.round(trend.perMinute() * 10) / 10.0)
                .put("trend", trend.direction().name().toLowerCase(Locale.ROOT));
        FailureAnalysis.predict(known.history()).ifPresent(it -> out.put("next", next(it)));
        ComponentRecovery.Plan plan = known.plan();
        if (plan != null) {
            out.put(
                    "plan",
                    JsonObject.of(
                            "class",
                            plan.type().text(),
                            "steps",
                            JsonArray.of(plan.steps().stream().map(PlanStep::text).toArray()),
                            "step",
                            plan.step().text()));
        }
        List<ComponentId> carries = recovery.neighbours().carries(component);
        if (!carries.isEmpty()) {
            out.put("carries", JsonArray.of(carries.stream().map(ComponentId::path).toArray()));
        }
        return out.putIfPresent("lookedAt", bundle == null ? null : bundle.toString());
    }

    private static JsonObject next(FailureAnalysis.Prediction it) {
        return JsonObject.of(
                "class",
                it.type().text(),
                "confidencePercent",
                it.confidencePercent(),
                "afterMs",
                Duration.ofNanos(it.afterNanos()).toMillis());
    }

    private static JsonArray groups(List<FailureEntry> history) {
        return array(
                FailureAnalysis.groups(history).stream()
                        .map(
                                it ->
                                        JsonObject.of(
                                                "error",
                                                it.error(),
                                                "class",
                                                it.type().text(),
                                                "count",
                                                it.count()))
                        .toList());
    }

    private static JsonObject entry(FailureEntry it) {
        Duration ran = it.ran();
        return JsonObject.builder()
                .put("at", it.at().toString())
                .put("class", it.type().text())
                .put("inRow", it.count())
                .putIfPresent("ranMs", ran == null ? null : ran.toMillis())
                .put("error", it.text().error())
                .putIfPresent("root", it.root() == null ? null : it.root().path())
                .build();
    }

    private JsonArray effectiveness() {
        List<JsonObject> lines = new ArrayList<>();
        state.effects().entrySet().stream()
                .sorted(
                        Map.Entry.comparingByKey(
                                Comparator.comparing(Tried::type).thenComparing(Tried::step)))
                .forEach(it -> lines.add(score(it.getKey(), it.getValue())));
        return array(lines);
    }

    private static JsonObject score(Tried tried, Score score) {
        return JsonObject.of(
                "class",
                tried.type().text(),
                "step",
                tried.step().text(),
                "tried",
                score.tried(),
                "succeeded",
                score.succeeded());
    }

    private static JsonArray array(List<JsonObject> objects) {
        return JsonArray.of(objects.toArray());
    }
}
