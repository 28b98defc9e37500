package io.erlmcp.runtime;

import java.time.Instant;

/**
 * The clock of a node: monotonic nanoseconds for durations, wall time for what people and other
 * nodes read.
 */
public interface Time {
    /** Monotonic nanoseconds; only differences mean anything. */
    long nanos();

    /** Wall-clock time; may jump, so never used to measure a duration. */
    Instant now();

    /** The machine's clocks. */
    static Time system() {
        return SystemTime.INSTANCE;
    }
}
