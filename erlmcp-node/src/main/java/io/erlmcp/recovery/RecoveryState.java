package io.erlmcp.recovery;

import io.erlmcp.observability.ComponentId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that is remembered of failures. Immutable; {@link RecoveryStep} makes the next one.
 *
 * @param components those that failed, the one that failed longest ago first
 * @param upSinceNanos of those that run
 * @param recent failures of all, the oldest first
 * @param effects how often each step was tried for each class, and helped
 */
public record RecoveryState(
        Map<ComponentId, ComponentRecovery> components,
        Map<ComponentId, Long> upSinceNanos,
        List<RecentFailure> recent,
        Map<Tried, Score> effects) {
    /** Nothing failed yet. */
    public static final RecoveryState EMPTY =
            new RecoveryState(Map.of(), Map.of(), List.of(), Map.of());

    /** A step, and what it was tried for. */
    public record Tried(FailureClass type, PlanStep step) {}

    /** How often a step was tried, and how often it did what it is for. */
    public record Score(int tried, int succeeded) {
        static final Score NONE = new Score(0, 0);
    }

    public RecoveryState {
        components = Collections.unmodifiableMap(new LinkedHashMap<>(components));
        upSinceNanos = Collections.unmodifiableMap(new LinkedHashMap<>(upSinceNanos));
        recent = List.copyOf(recent);
        effects = Map.copyOf(effects);
    }

    /** What is remembered of one. */
    public ComponentRecovery of(ComponentId component) {
        return components.getOrDefault(component, ComponentRecovery.NONE);
    }
}
