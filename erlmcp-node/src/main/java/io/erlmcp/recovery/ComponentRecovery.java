package io.erlmcp.recovery;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.supervision.Intensity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a component. Immutable.
 *
 * @param history its failures, the oldest first
 * @param plan that is under way; null for none
 * @param open the decision whose outcome is not known yet; null for none
 * @param period so long it has to last to count as well again
 * @param investigatedNanos when it was looked at last; null for never
 */
public record ComponentRecovery(
        List<FailureEntry> history,
        @Nullable Plan plan,
        @Nullable OpenDecision open,
        Condition condition,
        Duration period,
        @Nullable Long investigatedNanos) {
    static final ComponentRecovery NONE =
            new ComponentRecovery(
                    List.of(), null, null, Condition.FINE, Intensity.DEFAULT.period(), null);

    public ComponentRecovery {
        history = List.copyOf(history);
    }

    /**
     * A plan whose restart has not shown yet whether it helps.
     *
     * @param steps all of its steps
     * @param at which of them is under way
     */
    public record Plan(FailureClass type, int count, List<PlanStep> steps, int at) {
        public Plan {
            steps = List.copyOf(steps);
        }

        PlanStep step() {
            return steps.get(at);
        }

        /** What comes after the step that is under way. */
        List<PlanStep> left() {
            return steps.subList(at + 1, steps.size());
        }
    }

    /**
     * A decision whose outcome is not known yet.
     *
     * @param count of failures in a row that it was about
     * @param failedAt when the failure was that it is about
     * @param steps what became of those that were taken so far
     */
    public record OpenDecision(
            FailureClass type, int count, Instant failedAt, Map<PlanStep, StepResult> steps) {
        public OpenDecision {
            steps = Map.copyOf(steps);
        }

        OpenDecision with(PlanStep step, StepResult result) {
            Map<PlanStep, StepResult> other = new HashMap<>(steps);
            other.put(step, result);
            return new OpenDecision(type, count, failedAt, other);
        }

        /**
         * @param results what became of steps since
         */
        RecoveryEvent settled(
                ComponentId component, DecisionOutcome outcome, Map<PlanStep, StepResult> results) {
            Map<PlanStep, StepResult> all = new HashMap<>(steps);
            all.putAll(results);
            return new RecoveryEvent.Settled(component, type, count, failedAt, outcome, all);
        }
    }

    ComponentRecovery with(FailureEntry entry, int max) {
        List<FailureEntry> longer = new ArrayList<>(history);
        longer.add(entry);
        return new ComponentRecovery(
                longer.subList(Math.max(0, longer.size() - max), longer.size()),
                plan,
                open,
                condition,
                period,
                investigatedNanos);
    }

    ComponentRecovery with(@Nullable Plan other) {
        return new ComponentRecovery(history, other, open, condition, period, investigatedNanos);
    }

    ComponentRecovery with(@Nullable OpenDecision other) {
        return new ComponentRecovery(history, plan, other, condition, period, investigatedNanos);
    }

    ComponentRecovery with(Condition other) {
        return new ComponentRecovery(history, plan, open, other, period, investigatedNanos);
    }

    ComponentRecovery within(Duration other) {
        return new ComponentRecovery(history, plan, open, condition, other, investigatedNanos);
    }

    ComponentRecovery investigated(long nanos) {
        return new ComponentRecovery(history, plan, open, condition, period, nanos);
    }
}
