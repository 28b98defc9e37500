package io.erlmcp.guardian;

import io.erlmcp.observability.Event;
import io.erlmcp.observability.ResourceLevel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the guardian tells. Percentages are of a resource's limit. */
public sealed interface GuardianEvent extends Event {
    /**
     * A resource gets short; nothing is held back.
     *
     * @param untilHard when its hard limit is reached if it goes on like this; null when that is
     *     not to be seen
     */
    record Warned(
            Resource resource,
            String what,
            double percent,
            @Nullable Duration untilHard,
            String recommendation)
            implements GuardianEvent {}

    /** The node holds back because of a resource. */
    record Degraded(Resource resource, String what, double percent) implements GuardianEvent {}

    /** A resource is no reason to hold back any more, or to warn. */
    record Eased(Resource resource, ResourceLevel from, double percent) implements GuardianEvent {}

    /** Callers have so much of their usual limits again. */
    record LimitsRaised(int percent) implements GuardianEvent {}

    /** Nothing is held back any more. */
    record Recovered(Duration held) implements GuardianEvent {}

    /** Calls of low priority are shed because of {@code what}, {@code memory} or {@code cpu}. */
    record SheddingBegan(String what, double percent) implements GuardianEvent {}

    /** They no longer are. */
    record SheddingEnded() implements GuardianEvent {}

    /** The node saves what matters and ends now. */
    record EmergencyStop(Resource resource, String what, double percent) implements GuardianEvent {}

    /** A step of an emergency stop went wrong; the next ones are taken all the same. */
    record StepFailed(String step, Throwable cause) implements GuardianEvent {}

    /**
     * Virtual threads had to wait for a carrier, or no longer have to.
     *
     * @param before how many there were
     * @param abandoned calls that do not come back, each of which may hold one; where there are
     *     none the machine was busy
     */
    record CarriersChanged(int before, int parallelism, int most, int abandoned)
            implements GuardianEvent {
        /** Whether code keeps carriers to itself: one more only makes up for that. */
        public boolean isTrouble() {
            return parallelism > before && abandoned > 0;
        }
    }

    /** Virtual threads wait for a carrier although there are as many as there may be. */
    record CarriersExhausted(int parallelism, Duration waited) implements GuardianEvent {}

    /** A tool was halted because so many of its calls do not come back. */
    record ToolHalted(String tool, int abandoned) implements GuardianEvent {}
}
