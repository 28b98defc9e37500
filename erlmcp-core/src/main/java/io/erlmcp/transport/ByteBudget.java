package io.erlmcp.transport;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A bound on bytes held at once by everybody who shares this object, whatever the caps of single
 * messages allow: bytes partly received, or bytes not yet sent. Thread-safe, without locks.
 */
public final class ByteBudget {
    private final long limitBytes;
    private final AtomicLong used = new AtomicLong();

    public ByteBudget(long limitBytes) {
        if (limitBytes < 1) {
            throw new IllegalArgumentException(
                    "byte budget is " + limitBytes + ", must be at least 1");
        }
        this.limitBytes = limitBytes;
    }

    /** A budget of an eighth of the largest heap this JVM may have. */
    public static ByteBudget eighthOfHeap() {
        return new ByteBudget(Math.max(1, Runtime.getRuntime().maxMemory() / 8));
    }

    /** Takes {@code bytes} if they fit; takes nothing otherwise. */
    public boolean tryAcquire(long bytes) {
        if (used.addAndGet(bytes) <= limitBytes) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    /** Takes bytes that are held already, fit or not; {@link #isExhausted} tells newcomers. */
    public void charge(long bytes) {
        used.addAndGet(bytes);
    }

    /** Gives back what was taken. */
    public void release(long bytes) {
        used.addAndGet(-bytes);
    }

    public boolean isExhausted() {
        return used.get() >= limitBytes;
    }

    /**
     * Whether three quarters are used: time to take from those who hold too much, so that the rest
     * is there for those who do not.
     */
    public boolean isTight() {
        return used.get() >= limitBytes - limitBytes / 4;
    }

    /**
     * What one peer may hold of it, who usually may hold {@code usualBytes}: all of that while half
     * is free, then less the more is used, and nothing from seven eighths on, so that however many
     * do not read leave room for those who do.
     */
    public long allowance(long usualBytes) {
        long end = limitBytes - limitBytes / 8;
        long begin = limitBytes / 2;
        long now = used.get();
        if (now <= begin) {
            return usualBytes;
        }
        return now >= end ? 0 : (long) ((double) usualBytes * (end - now) / (end - begin));
    }

    public long usedBytes() {
        return used.get();
    }

    public long limitBytes() {
        return limitBytes;
    }
}
