package io.erlmcp.security;

import io.erlmcp.runtime.Time;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Remembers single-use values until they expire by themselves; bounded. When it is full of values
 * that have not expired, nothing more is accepted: forgetting one would let it be used twice.
 */
public final class UsedOnce {
    private static final long SWEEP_NANOS = Duration.ofSeconds(1).toNanos();

    private final int maxEntries;
    private final Time time;
    private final ConcurrentHashMap<String, Long> usedUntilNanos = new ConcurrentHashMap<>();
    private final AtomicLong lastSweepNanos;

    public UsedOnce(int maxEntries, Time time) {
        this.maxEntries = maxEntries;
        this.time = time;
        this.lastSweepNanos = new AtomicLong(time.nanos());
    }

    /** What became of a value. */
    public enum Outcome {
        FIRST_USE,
        USED_BEFORE,
        FULL
    }

    /**
     * Marks {@code value} as used; it is forgotten after {@code lifetime}, when it must have
     * expired by itself.
     */
    public Outcome use(String value, Duration lifetime) {
        long now = time.nanos();
        if (usedUntilNanos.size() >= maxEntries) {
            sweep(now);
            if (usedUntilNanos.size() >= maxEntries && !usedUntilNanos.containsKey(value)) {
                return Outcome.FULL;
            }
        }
        Long before = usedUntilNanos.putIfAbsent(value, now + lifetime.toNanos());
        return before == null ? Outcome.FIRST_USE : Outcome.USED_BEFORE;
    }

    private void sweep(long now) {
        long last = lastSweepNanos.get();
        if (now - last >= SWEEP_NANOS && lastSweepNanos.compareAndSet(last, now)) {
            usedUntilNanos.values().removeIf(until -> now - until >= 0);
        }
    }
}
