package io.erlmcp.health;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.HealthStatus;

/** What the health monitor tells. */
public sealed interface HealthEvent extends Event {
    /** A component is better or worse than before, after as many findings as that takes. */
    record ComponentTurned(ComponentId component, HealthStatus from, HealthStatus to, String detail)
            implements HealthEvent {}

    /** The node as a whole is. */
    record NodeTurned(HealthStatus from, HealthStatus to, int score) implements HealthEvent {}
}
