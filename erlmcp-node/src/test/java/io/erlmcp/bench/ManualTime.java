package io.erlmcp.bench;

import io.erlmcp.runtime.Time;
import java.time.Duration;
import java.time.Instant;

/** A clock that tests move. */
final class ManualTime implements Time {
    private long nanos;

    void advance(Duration step) {
        nanos += step.toNanos();
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public Instant now() {
        return Instant.EPOCH.plusNanos(nanos);
    }
}
