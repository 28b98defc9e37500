package io.erlmcp.supervision;

import io.erlmcp.runtime.Time;
import java.time.Duration;
import java.time.Instant;

/**
 * When something is decided.
 *
 * @param nanos monotonic; only differences mean anything
 * @param wall for people
 */
public record Now(long nanos, Instant wall) {
    public static Now of(Time time) {
        return new Now(time.nanos(), time.now());
    }

    /** Whether {@code since} is at least {@code period} ago. */
    boolean isPast(long since, Duration period) {
        return nanos - since >= period.toNanos();
    }
}
