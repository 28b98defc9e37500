package io.erlmcp.recovery;

import io.erlmcp.supervision.Intensity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a component. Immutable.
 *
 * @param history its failures, the oldest first
 * @param plan that is under way; null for none
 * @param period so long it has to last to count as well again
 * @param investigatedNanos when it was looked at last; null for never
 */
public record ComponentRecovery(
        List<FailureEntry> history,
        @Nullable Plan plan,
        Condition condition,
        Duration period,
        @Nullable Long investigatedNanos) {
    static final ComponentRecovery NONE =
            new ComponentRecovery(
                    List.of(), null, Condition.FINE, Intensity.DEFAULT.period(), null);

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

    ComponentRecovery with(FailureEntry entry, int max) {
        List<FailureEntry> longer = new ArrayList<>(history);
        longer.add(entry);
        return new ComponentRecovery(
                longer.subList(Math.max(0, longer.size() - max), longer.size()),
                plan,
                condition,
                period,
                investigatedNanos);
    }

    ComponentRecovery with(@Nullable Plan other) {
        return new ComponentRecovery(history, other, condition, period, investigatedNanos);
    }

    ComponentRecovery with(Condition other) {
        return new ComponentRecovery(history, plan, other, period, investigatedNanos);
    }

    ComponentRecovery within(Duration other) {
        return new ComponentRecovery(history, plan, condition, other, investigatedNanos);
    }

    ComponentRecovery investigated(long nanos) {
        return new ComponentRecovery(history, plan, condition, period, nanos);
    }
}
