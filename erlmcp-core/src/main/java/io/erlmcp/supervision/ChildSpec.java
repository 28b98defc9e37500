package io.erlmcp.supervision;

import io.erlmcp.observability.ComponentId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A child as its supervisor knows it.
 *
 * @param name the last segment of its component id
 * @param factory makes each run of it
 * @param restart when it is started again
 * @param startTimeout how long a start may take; then it is interrupted and counts as failed
 * @param stopTimeout how long a stop may take; then it is interrupted, abandoned and reported
 */
public record ChildSpec(
        String name,
        ComponentFactory factory,
        Restart restart,
        Duration startTimeout,
        Duration stopTimeout) {
    public ChildSpec {
        if (name.indexOf('/') >= 0) {
            throw new IllegalArgumentException(
                    "a child's name is one segment of a path, not \"" + name + '"');
        }
        ComponentId.of(name);
        if (!startTimeout.isPositive() || !stopTimeout.isPositive()) {
            throw new IllegalArgumentException(
                    name
                            + ": time-outs must be positive: start "
                            + startTimeout
                            + ", stop "
                            + stopTimeout);
        }
    }

    /** A permanent child with 30 s to start and 5 s to stop. */
    public static ChildSpec permanent(String name, ComponentFactory factory) {
        return new ChildSpec(
                name, factory, Restart.PERMANENT, Duration.ofSeconds(30), Duration.ofSeconds(5));
    }

    /** A supervisor below this one, with the time that its children need to start and to stop. */
    public static ChildSpec supervisor(String name, SupervisorSpec spec) {
        return new ChildSpec(
                name, new Branch(spec), Restart.PERMANENT, spec.startTimeout(), spec.stopTimeout());
    }

    /** What is below it, when it is a supervisor; else null. */
    public @Nullable SupervisorSpec supervisor() {
        return factory instanceof Branch branch ? branch.spec() : null;
    }

    public ChildSpec withRestart(Restart other) {
        return new ChildSpec(name, factory, other, startTimeout, stopTimeout);
    }

    public ChildSpec withTimeouts(Duration start, Duration stop) {
        return new ChildSpec(name, factory, restart, start, stop);
    }
}
