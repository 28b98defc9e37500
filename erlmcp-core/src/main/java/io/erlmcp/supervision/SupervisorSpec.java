package io.erlmcp.supervision;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A supervisor and its children, before they run.
 *
 * @param strategy what the failure of a child means for the others
 * @param intensity how many restarts are tolerated: of each child where each has its own fate, else
 *     of all children together
 * @param maxChildren never more than these, also of a dynamic supervisor
 * @param children in the order in which they start
 */
public record SupervisorSpec(
        Strategy strategy, Intensity intensity, int maxChildren, List<ChildSpec> children) {
    /** Children of a dynamic supervisor, unless it says otherwise. */
    public static final int DEFAULT_MAX_CHILDREN = 10_000;

    private static final Duration DYNAMIC_STOP = Duration.ofMinutes(1);
    private static final Duration MARGIN = Duration.ofSeconds(1);

    public SupervisorSpec {
        children = List.copyOf(children);
        if (children.size() > maxChildren || maxChildren < 1) {
            throw new IllegalArgumentException(
                    children.size() + " children, at most " + maxChildren + " are allowed");
        }
        Set<String> names = new HashSet<>();
        for (ChildSpec child : children) {
            if (!names.add(child.name())) {
                throw new IllegalArgumentException("two children are called " + child.name());
            }
        }
    }

    /** With the usual intensity. */
    public static SupervisorSpec of(Strategy strategy, List<ChildSpec> children) {
        return new SupervisorSpec(
                strategy,
                Intensity.DEFAULT,
                strategy == Strategy.DYNAMIC ? DEFAULT_MAX_CHILDREN : Math.max(1, children.size()),
                children);
    }

    /** With the usual intensity. */
    public static SupervisorSpec of(Strategy strategy, ChildSpec... children) {
        return of(strategy, List.of(children));
    }

    /** A dynamic supervisor that has no child yet. */
    public static SupervisorSpec dynamic(Intensity intensity, int maxChildren) {
        return new SupervisorSpec(Strategy.DYNAMIC, intensity, maxChildren, List.of());
    }

    public SupervisorSpec withIntensity(Intensity other) {
        return new SupervisorSpec(strategy, other, maxChildren, children);
    }

    /** What starting all children may take. */
    Duration startTimeout() {
        return strategy == Strategy.DYNAMIC ? DYNAMIC_STOP : sum(ChildSpec::startTimeout);
    }

    /** What stopping all children may take. */
    Duration stopTimeout() {
        return strategy == Strategy.DYNAMIC ? DYNAMIC_STOP : sum(ChildSpec::stopTimeout);
    }

    private Duration sum(Function<ChildSpec, Duration> timeout) {
        Duration sum = MARGIN;
        for (ChildSpec child : children) {
            sum = sum.plus(timeout.apply(child)).plus(Run.LAST_MOMENT);
        }
        return sum;
    }
}
