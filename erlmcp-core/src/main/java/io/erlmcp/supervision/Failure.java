package io.erlmcp.supervision;

import io.erlmcp.observability.ComponentId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A child that ended, or could not be started.
 *
 * @param component which
 * @param at wall-clock time
 * @param cause why; null when it came to its end by itself
 * @param restartsInPeriod how often it was started again within the period of its supervisor's
 *     {@link Intensity}, without the start that is asked about
 * @param consecutive failures in a row without a run that lasted for the period, at least 1
 */
public record Failure(
        ComponentId component,
        Instant at,
        @Nullable Throwable cause,
        int restartsInPeriod,
        int consecutive) {}
