package io.erlmcp.runtime;

import java.time.Instant;

/** {@link Time} read from the machine. */
enum SystemTime implements Time {
    INSTANCE;

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Instant now() {
        return Instant.now();
    }
}
