package io.erlmcp.dispatch;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Permits for running calls, and places for open streams: one object for a caller, one for the
 * whole server.
 *
 * <p>Process model: permits are taken and given back by the calls' own threads, without a lock. Who
 * finds none waits in the {@link WaitingList}, whose lock guards the {@link Line}.
 */
public final class Quota {
    private final int limit;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger streams = new AtomicInteger();
    private volatile @Nullable Line line;

    public Quota(int limit) {
        this.limit = limit;
    }

    public int limit() {
        return limit;
    }

    /** Calls that hold a permit now. */
    public int used() {
        return running.get();
    }

    /** True while this caller has neither calls, running or waiting, nor streams. */
    public boolean isIdle() {
        Line mine = line;
        return used() == 0 && streams.get() == 0 && (mine == null || mine.waiting() == 0);
    }

    /** Takes a place for a stream that stays open; false when this caller has {@code max}. */
    public boolean openStream(int max) {
        if (streams.incrementAndGet() <= max) {
            return true;
        }
        streams.decrementAndGet();
        return false;
    }

    /** Gives back what {@link #openStream} took. */
    public void closeStream() {
        streams.decrementAndGet();
    }

    /**
     * Takes a permit unless {@code most} are taken.
     *
     * @param most the limit, or less
     */
    boolean tryAcquire(int most) {
        int now = running.get();
        while (now < most) {
            if (running.compareAndSet(now, now + 1)) {
                return true;
            }
            now = running.get();
        }
        return false;
    }

    void release() {
        running.decrementAndGet();
    }

    @Nullable Line line() {
        return line;
    }

    /** The calls of this caller that wait; made when the first one has to. */
    Line openLine(@Nullable Quota parent) {
        Line mine = line;
        if (mine == null) {
            mine = new Line(this, parent);
            line = mine;
        }
        return mine;
    }
}
