package io.erlmcp.store;

import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Threads;
import io.erlmcp.session.UnreadableRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.rocksdb.RocksDBException;

/**
 * Runs what reads the disk, so that a caller on a virtual thread waits without its carrier.
 *
 * <p>Process model: {@link #THREADS} platform threads, started by the store and joined by {@link
 * #close}.
 */
final class Readers implements AutoCloseable {
    private static final int THREADS = 2;
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Engine engine;
    private final StoreConfig config;
    private final Observer observer;
    private final ArrayBlockingQueue<Job<Engine, ?>> queue;
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    Readers(Engine engine, StoreConfig config, Observer observer) {
        this.engine = engine;
        this.config = config;
        this.observer = observer;
        this.queue = new ArrayBlockingQueue<>(config.maxWaiting());
        for (int i = 1; i <= THREADS; i++) {
            threads.add(Threads.startPlatform("store-reader-" + i, this::run));
        }
    }

    /** Reads and waits for what was read. */
    <T> T read(Job.Work<Engine, T> work) {
        Job<Engine, T> job = new Job<>(work);
        if (closed || !queue.offer(job)) {
            throw Job.comeBack(
                    closed
                            ? "it is closed"
                            : config.maxWaiting() + " reads wait for the disk already");
        }
        return job.await(config.patience());
    }

    private void run() {
        while (!closed || !queue.isEmpty()) {
            try {
                Job<Engine, ?> job = queue.poll(TICK.toNanos(), TimeUnit.NANOSECONDS);
                if (job != null) {
                    attempt(job);
                }
            } catch (InterruptedException e) {
                closed = true;
            }
        }
    }

    /** Whatever one read comes to, its caller hears of it and the next one is read. */
    private void attempt(Job<Engine, ?> job) {
        try {
            run(job);
        } catch (RuntimeException | Error problem) {
            Threads.uncaught(problem);
            job.fail(new IllegalStateException("reading from the store failed", problem));
        }
    }

    private void run(Job<Engine, ?> job) {
        try {
            job.run(engine);
            job.done();
        } catch (BinaryReader.Damaged damage) {
            tell(damage);
            job.fail(new UnreadableRecord());
        } catch (RocksDBException problem) {
            tell(problem);
            job.fail(
                    EngineFiles.isDamage(problem)
                            ? new UnreadableRecord()
                            : Job.comeBack("it cannot be read"));
        } catch (RuntimeException bug) {
            job.fail(bug);
        } catch (OutOfMemoryError | StackOverflowError problem) {
            job.fail(Job.comeBack("reading it takes more than there is"));
        }
    }

    /** Tells of something that was read and is not what was written. */
    void tell(Exception damage) {
        observer.on(new StoreEvent.DamageFound(String.valueOf(damage.getMessage())));
    }

    @Override
    public void close() {
        closed = true;
        try {
            for (Thread thread : threads) {
                if (!thread.join(GRACE)) {
                    thread.interrupt();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        List<Job<Engine, ?>> left = new ArrayList<>();
        queue.drainTo(left);
        left.forEach(job -> job.fail(Job.comeBack("it is closed")));
    }
}
