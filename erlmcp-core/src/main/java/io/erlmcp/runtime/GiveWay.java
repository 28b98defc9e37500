package io.erlmcp.runtime;

/**
 * Lets the threads that an event loop started go first, where they share its processor.
 *
 * <p>What a loop starts on its own processor runs when the loop sleeps, and the first answer wakes
 * the loop again: two changes of threads and a system call. A loop that gives way finds the answers
 * of all when it comes back. Where other processors are free it comes back at once.
 *
 * <p>A kernel may take giving way as the end of a thread's share, so beside a thread that computes
 * for long it costs milliseconds. After one that took longer than {@link #LONG_NANOS} none follows
 * for {@link #PAUSE_NANOS}.
 *
 * <p>Process model: for one thread, the loop.
 */
public final class GiveWay {
    /** Two milliseconds. */
    static final long LONG_NANOS = 2_000_000;

    /** A tenth of a second. */
    static final long PAUSE_NANOS = 100_000_000;

    private final Time time;
    private final Runnable yielding;
    private long nextNanos;

    public GiveWay(Time time) {
        this(time, GiveWay::yieldNow);
    }

    GiveWay(Time time, Runnable yielding) {
        this.time = time;
        this.yielding = yielding;
        nextNanos = time.nanos();
    }

    /** Lets others go first, unless that took too long a moment ago. */
    public void now() {
        long before = time.nanos();
        if (before - nextNanos < 0) {
            return;
        }
        yielding.run();
        long after = time.nanos();
        nextNanos = after - before > LONG_NANOS ? after + PAUSE_NANOS : after;
    }

    @SuppressWarnings("ThreadPriorityCheck") // a hint that costs nothing where it is not heard
    private static void yieldNow() {
        Thread.yield();
    }
}
