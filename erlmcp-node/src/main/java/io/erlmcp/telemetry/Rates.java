package io.erlmcp.telemetry;

import io.erlmcp.dispatch.DispatchEvent;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many requests were answered, and how many with an error, within the last minute.
 *
 * <p>Process model: counted by adders on the calls' threads; somebody calls {@link #second} every
 * second, from one thread.
 */
public final class Rates implements Observer {
    private static final int SECONDS = 60;

    private final LongAdder answered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final long[] answeredBefore = new long[SECONDS + 1];
    private final long[] failedBefore = new long[SECONDS + 1];
    private long ticks;
    private volatile int perSecond;
    private volatile int errors;

    @Override
    public void on(Event event) {
        if (event instanceof DispatchEvent.CallFinished call) {
            answered.increment();
            if (call.code() != 0) {
                failed.increment();
            }
        }
    }

    /** A second has passed. */
    public void second() {
        ticks++;
        int now = (int) (ticks % answeredBefore.length);
        answeredBefore[now] = answered.sum();
        failedBefore[now] = failed.sum();
        long seconds = Math.min(SECONDS, ticks);
        int then = (int) ((ticks - seconds) % answeredBefore.length);
        perSecond = (int) ((answeredBefore[now] - answeredBefore[then]) / seconds);
        errors = (int) (failedBefore[now] - failedBefore[then]);
    }

    /** Requests answered each second, over the last minute. */
    public int perSecond() {
        return perSecond;
    }

    /** Requests answered with an error within the last minute. */
    public int errorsInMinute() {
        return errors;
    }
}
