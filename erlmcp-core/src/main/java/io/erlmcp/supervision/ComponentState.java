package io.erlmcp.supervision;

import io.erlmcp.observability.ComponentId;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A component at one moment, for health pages and operators.
 *
 * @param since when its status changed last
 * @param restarts how often it was started again since its supervisor exists
 * @param reason why it is down, where there is a reason
 * @param lastFailure how it failed last
 * @param strategy of a supervisor; null for others
 * @param children of a supervisor
 */
public record ComponentState(
        ComponentId id,
        ComponentStatus status,
        Instant since,
        int restarts,
        @Nullable String reason,
        @Nullable Failure lastFailure,
        @Nullable Strategy strategy,
        List<ComponentState> children) {
    public ComponentState {
        children = List.copyOf(children);
    }

    static ComponentState of(Group.Child child, @Nullable Supervisor below) {
        return new ComponentState(
                child.id(),
                ComponentStatus.of(child),
                child.since(),
                Math.max(0, child.run() - 1),
                child.reason(),
                child.lastFailure(),
                below == null ? null : below.strategy(),
                below == null ? List.of() : below.states());
    }

    /** This one and all below it. */
    public Stream<ComponentState> all() {
        return Stream.concat(Stream.of(this), children.stream().flatMap(ComponentState::all));
    }
}
