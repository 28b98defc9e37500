package io.erlmcp.store;

import io.erlmcp.session.StoreUnavailable;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * Work that a thread of the store does for a caller who waits.
 *
 * <p>Process model: made by the caller, run and ended once by the committer or a reader.
 */
final class Job<W, T> {
    /** What is to be done. */
    @FunctionalInterface
    interface Work<W, T> {
        T on(W place) throws RocksDBException;
    }

    private final Work<W, T> work;
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable T result;
    private @Nullable RuntimeException failure;

    Job(Work<W, T> work) {
        this.work = work;
    }

    /** Does it; the caller goes on when {@link #done} is called. */
    void run(W place) throws RocksDBException {
        result = work.on(place);
    }

    void done() {
        ended.countDown();
    }

    /** Does nothing where it is done already. */
    void fail(RuntimeException why) {
        if (ended.getCount() == 0) {
            return;
        }
        failure = why;
        ended.countDown();
    }

    /** The result, or what went wrong. */
    T await(Duration patience) {
        boolean inTime;
        try {
            inTime = ended.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw comeBack("the caller was interrupted");
        }
        if (!inTime) {
            throw comeBack("the disk did not answer within " + patience);
        }
        RuntimeException problem = failure;
        if (problem != null) {
            throw problem;
        }
        return Objects.requireNonNull(result);
    }

    static StoreUnavailable comeBack(String why) {
        return new StoreUnavailable(why);
    }
}
