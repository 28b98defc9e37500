package io.erlmcp.recovery;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.supervision.Failure;
import io.erlmcp.supervision.Now;
import io.erlmcp.supervision.RestartAdvice;
import io.erlmcp.testkit.SimulatedTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Components that fail one after the other on a simulated clock, as their supervisor sees them. */
final class Course {
    final SimulatedTime time = new SimulatedTime();
    final RecoveryStep step;
    final Map<ComponentId, List<ComponentId>> needs = new HashMap<>();
    final Map<ComponentId, Duration> refused = new HashMap<>();
    final List<RecoveryEffect> effects = new ArrayList<>();
    RestartLimits limits = RestartLimits.DEFAULTS;
    RecoveryState state = RecoveryState.EMPTY;

    private final Map<ComponentId, List<Long>> restarts = new LinkedHashMap<>();
    private final Map<ComponentId, Integer> inRow = new HashMap<>();

    Course() {
        this(RecoveryLimits.DEFAULTS);
    }

    Course(RecoveryLimits limits) {
        step = new RecoveryStep(limits);
    }

    Now now() {
        return Now.of(time);
    }

    void take(RecoveryInput input) {
        RecoveryStep.Outcome outcome = step.step(state, input, now());
        state = outcome.state();
        effects.clear();
        effects.addAll(outcome.effects());
    }

    void start(String component) {
        take(new RecoveryInput.Started(new ComponentId(component)));
    }

    void pass(Duration duration) {
        time.advance(duration);
    }

    /** What a supervisor would be told, and tell. */
    RestartAdvice fail(String component, @Nullable Throwable cause) {
        ComponentId id = new ComponentId(component);
        List<Long> within = restarts.computeIfAbsent(id, it -> new ArrayList<>());
        Duration period = limits.intensity().period();
        within.removeIf(at -> time.nanos() - at >= period.toNanos());
        Long since = state.upSinceNanos().get(id);
        boolean ranLong = since != null && time.nanos() - since >= period.toNanos();
        inRow.merge(id, 1, (was, one) -> ranLong ? 1 : was + 1);
        Failure failure =
                new Failure(id, time.now(), cause, within.size(), inRow.getOrDefault(id, 1));
        FailureFacts facts =
                new FailureFacts(
                        failure,
                        ErrorText.of(failure, Secrets.NONE),
                        limits,
                        refused.getOrDefault(id, Duration.ZERO),
                        needs.getOrDefault(id, List.of()));
        RestartAdvice advice = step.advise(state, facts, now());
        take(new RecoveryInput.Failed(facts, advice));
        if (advice instanceof RestartAdvice.After) {
            within.add(time.nanos());
        }
        return advice;
    }

    /** Fails, and is started again as advised. */
    RestartAdvice failAndStart(String component, @Nullable Throwable cause) {
        RestartAdvice advice = fail(component, cause);
        if (advice instanceof RestartAdvice.After after) {
            List<RecoveryEffect> ofTheFailure = List.copyOf(effects);
            time.advance(after.pause());
            start(component);
            effects.clear();
            effects.addAll(ofTheFailure);
        }
        return advice;
    }

    ComponentRecovery of(String component) {
        return state.of(new ComponentId(component));
    }

    FailureClass lastClass(String component) {
        return of(component).history().getLast().type();
    }

    /** The steps of the last input, such as {@code attempt started}. */
    List<String> steps() {
        List<String> steps = new ArrayList<>();
        for (RecoveryEffect effect : effects) {
            if (effect instanceof RecoveryEffect.Tell tell
                    && tell.event() instanceof RecoveryEvent.StepExecuted it) {
                steps.add(it.step().text() + ' ' + it.result().text());
            }
        }
        return steps;
    }

    boolean hasEffect(Class<? extends RecoveryEffect> type) {
        return effects.stream().anyMatch(type::isInstance);
    }
}
