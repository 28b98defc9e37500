package io.erlmcp.runtime;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * Runs short, non-blocking actions later.
 *
 * <p>Process model: one daemon platform thread, started on first use, owned by whoever made this
 * object and ended by {@link #close}. Actions must not block and must not call user code; they
 * start a thread for that.
 */
public final class Timers implements AutoCloseable {
    private final ScheduledThreadPoolExecutor executor;

    public Timers(String name) {
        executor =
                new ScheduledThreadPoolExecutor(
                        1, work -> Thread.ofPlatform().daemon().name(name).unstarted(work));
        executor.setRemoveOnCancelPolicy(true);
        // an action that is wanted after the end is one that was called off
        executor.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    }

    /** A scheduled action that can be called off. */
    @FunctionalInterface
    public interface Timer {
        /** Calls the action off; does nothing when it already ran. */
        void cancel();
    }

    /**
     * Runs {@code action} once after {@code delay}. When it throws, the thread's handler of
     * uncaught exceptions hears of it.
     */
    public Timer after(Duration delay, Runnable action) {
        var future =
                executor.schedule(
                        () -> runReporting(action), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    /**
     * Runs {@code action} every {@code period}, first after one period, until cancelled. When it
     * throws, the thread's handler of uncaught exceptions hears of it, and it runs again. A turn
     * for which there was no memory counts as left out, and is told of once there is some: another
     * thread may have taken it all for a moment. The third in a row is told of at once.
     */
    public Timer every(Duration period, Runnable action) {
        var future =
                executor.scheduleWithFixedDelay(
                        new Turns(action),
                        period.toNanos(),
                        period.toNanos(),
                        TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    /** The turns of one action. On the thread of the timers alone. */
    private static final class Turns implements Runnable {
        private static final int MOST_LEFT_OUT = 2;

        private final Runnable action;
        private int leftOut;

        Turns(Runnable action) {
            this.action = action;
        }

        @Override
        public void run() {
            try {
                action.run();
            } catch (OutOfMemoryError e) {
                leftOut++;
                if (leftOut > MOST_LEFT_OUT) {
                    report(e);
                }
                return;
            } catch (RuntimeException | Error problem) {
                report(problem);
            }
            if (leftOut > 0 && hasTold()) {
                leftOut = 0;
            }
        }

        /** The log is looked for only now: timers work where none can be set up. */
        private boolean hasTold() {
            try {
                LoggerFactory.getLogger(Timers.class)
                        .warn("{} turns were left out, there was no memory for them", leftOut);
                return true;
            } catch (OutOfMemoryError none) { // still; it is told after another turn
                return false;
            } catch (RuntimeException | Error problem) {
                report(problem);
                return true;
            }
        }
    }

    private static void runReporting(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error problem) { // an error of the JVM must not end the timer
            report(problem);
        }
    }

    private static void report(Throwable problem) {
        try {
            Threads.uncaught(problem);
        } catch (RuntimeException | Error untold) {
            problem.addSuppressed(untold); // there is nobody left to tell, and the timer goes on
        }
    }

    /** Actions that wait for their time. */
    public int pending() {
        return executor.getQueue().size();
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
