package io.erlmcp.resilience;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;

/** What this package tells observers. */
public sealed interface ResilienceEvent extends Event {
    /**
     * A circuit breaker is of another kind now.
     *
     * @param from {@code closed}, {@code open} or {@code half-open}
     * @param to likewise
     */
    record BreakerChanged(ComponentId component, String from, String to, String reason)
            implements ResilienceEvent {}
}
