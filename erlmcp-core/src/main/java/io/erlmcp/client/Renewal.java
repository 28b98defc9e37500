package io.erlmcp.client;

import io.erlmcp.protocol.McpException;
import io.erlmcp.runtime.Threads;
import io.erlmcp.transport.Backoff;
import io.erlmcp.transport.TransportException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks again for what a lost session had, each thing by itself. Once on the thread that made the
 * fresh session; what was not granted for want of time or room, or because that thread was
 * interrupted, is tried again with growing pauses, until the next session is made or nobody wants
 * it.
 *
 * <p>Process model: one virtual thread while something is lacking; ended by {@link #close}.
 *
 * @param <T> a thing that a session has
 */
final class Renewal<T> {
    /** What the things are to those who want them. */
    interface Wishes<T> {
        /** Asks the server for it; throws what the client's requests throw. */
        void ask(T thing);

        /** Whether somebody still wants it. */
        boolean isWanted(T thing);

        /**
         * It was not granted.
         *
         * @param isGivenUp whether it will not be asked for any more
         */
        void failed(T thing, String reason, boolean isGivenUp);

        /** Things that the session has now; what became of them since the lost one nobody knows. */
        default void regained(List<T> things) {}
    }

    private static final Backoff PAUSES = Backoff.defaults();

    private final String thread;
    private final Wishes<T> wishes;
    private final AtomicInteger sessions = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * @param thread the name of the thread that asks again
     */
    Renewal(String thread, Wishes<T> wishes) {
        this.thread = thread;
        this.wishes = wishes;
    }

    /** There is a fresh session, which has none of {@code things}. */
    void begin(Collection<T> things) {
        int session = sessions.incrementAndGet();
        List<T> lacking = lackingNow(things);
        if (!lacking.isEmpty() && closed.getCount() > 0) {
            Threads.startVirtual(thread, () -> run(lacking, session));
        }
    }

    /** Whose thread it is may give its own call up meanwhile: that costs none of them. */
    private List<T> lackingNow(Collection<T> things) {
        try {
            return lackingAfter(things, true);
        } catch (CancellationException interrupted) { // the thread remembers it
            return List.copyOf(things);
        }
    }

    private void run(List<T> things, int session) {
        List<T> lacking = things;
        try {
            for (int attempt = 1; !lacking.isEmpty(); attempt++) {
                long nanos =
                        PAUSES.delay(attempt, ThreadLocalRandom.current().nextDouble()).toNanos();
                boolean isClosed = closed.await(nanos, TimeUnit.NANOSECONDS);
                if (isClosed || sessions.get() != session) {
                    return;
                }
                lacking = lackingAfter(lacking, false);
            }
        } catch (InterruptedException | CancellationException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            // the client is closed
            closed.countDown();
        }
    }

    /**
     * Asks for each once; returns those that are worth another try.
     *
     * @param isWaitedFor others wait meanwhile: after one that is not settled none is asked for
     */
    private List<T> lackingAfter(Collection<T> things, boolean isWaitedFor) {
        List<T> lacking = new ArrayList<>();
        List<T> regained = new ArrayList<>();
        for (T thing : things) {
            boolean isLeft = isWaitedFor && !lacking.isEmpty();
            if (wishes.isWanted(thing) && (isLeft || !isSettled(thing, regained))) {
                lacking.add(thing);
            }
        }
        if (!regained.isEmpty()) {
            wishes.regained(regained);
        }
        return lacking;
    }

    private boolean isSettled(T thing, List<T> regained) {
        try {
            wishes.ask(thing);
            regained.add(thing);
            return true;
        } catch (McpTimeoutException | TransportException e) {
            failed(thing, e, false);
            return false;
        } catch (McpException e) {
            boolean isOver = !Remedy.passes(e);
            failed(thing, e, isOver);
            return isOver;
        }
    }

    private void failed(T thing, RuntimeException failure, boolean isGivenUp) {
        wishes.failed(thing, String.valueOf(failure.getMessage()), isGivenUp);
    }

    /** Nothing is asked for again from now on. */
    void close() {
        closed.countDown();
    }
}
