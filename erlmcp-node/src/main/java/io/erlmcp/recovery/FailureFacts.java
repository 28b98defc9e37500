package io.erlmcp.recovery;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.supervision.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * All that a decision about a failure looks at, beside what is remembered.
 *
 * @param limits of the component
 * @param refused how long its circuit breaker lets nothing through, zero where it does
 * @param needs the components without which it does not work
 */
public record FailureFacts(
        Failure failure,
        ErrorText text,
        RestartLimits limits,
        Duration refused,
        List<ComponentId> needs) {
    public FailureFacts {
        needs = List.copyOf(needs);
    }

    ComponentId component() {
        return failure.component();
    }

    /** Where the node itself had too little of something: started alone, it would meet the same. */
    Optional<RecoveryEffect> holdBack() {
        return Optional.ofNullable(Shortage.of(failure.cause()))
                .map(it -> new RecoveryEffect.HoldBack(component(), it));
    }

    /** Why it is halted, in words. */
    String exhausted(FailureClass type) {
        return "failed again after "
                + failure.restartsInPeriod()
                + " restarts within "
                + limits.intensity().period().toSeconds()
                + " s ("
                + type.text()
                + "): "
                + text.message();
    }
}
