package io.erlmcp.store;

import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.session.UnreadableRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * Applies all changes that are acknowledged: what waits is taken together, written and synced once,
 * and only then do the callers go on.
 *
 * <p>Process model: one platform thread, started by the store and joined by {@link #close}. When a
 * write or a sync fails, nothing of the batch is acknowledged and nothing more is taken until this
 * thread has seen that the disk takes writes again and has closed and opened the engine; reads go
 * on meanwhile.
 */
final class Committer implements AutoCloseable {
    /** For the caller; paths and the like are for the operator, in the event. */
    private static final String NO_WRITES = "its disk takes no writes at the moment";

    private static final int MAX_BATCH = 1_000;

    /** A batch that has so many changes takes no further job. */
    static final int MAX_CHANGES = 10_000;

    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final int PROBE_BYTES = 256 << 10;

    private final Engine engine;
    private final SyncedMark mark;
    private final StoreConfig config;
    private final Time time;
    private final Observer observer;
    private final ArrayBlockingQueue<Job<Batch, ?>> queue;
    private final List<Counting> countings = new CopyOnWriteArrayList<>();

    private final List<Runnable> quietWork = new CopyOnWriteArrayList<>();

    /** Why writes fail at the moment; null when they do not. */
    private final AtomicReference<@Nullable String> broken = new AtomicReference<>();

    private final Thread thread;
    private volatile boolean closed;

    /** Of the quiet work, what failed the last time; this thread's own. */
    private final Set<Runnable> failing = new HashSet<>();

    private long synced;
    private long brokenSinceNanos;
    private long nextAttemptNanos;

    Committer(Engine engine, SyncedMark mark, StoreConfig config, Time time, Observer observer) {
        this.engine = engine;
        this.mark = mark;
        this.config = config;
        this.time = time;
        this.observer = observer;
        this.queue = new ArrayBlockingQueue<>(config.maxWaiting());
        this.thread = Threads.startPlatform("store-committer", this::run);
    }

    /** Counts what the engine holds; called by the committer, with all changes made or not. */
    @FunctionalInterface
    interface Counting {
        void count(Engine engine) throws RocksDBException;
    }

    /**
     * Counts again whenever the engine was opened again: of a batch that failed nobody knows what
     * is there. Between that the jobs count, on the same thread.
     */
    void countWith(Counting counting) {
        countings.add(counting);
    }

    /** Work of an instant that is done again and again while the disk takes writes. */
    void inQuietMoments(Runnable work) {
        quietWork.add(work);
    }

    /** Applies a change and waits until it is synced. */
    <T> T commit(Job.Work<Batch, T> change) {
        Job<Batch, T> job = new Job<>(change);
        if (broken.get() != null) {
            throw Job.comeBack(NO_WRITES);
        }
        if (closed || !queue.offer(job)) {
            throw Job.comeBack(
                    closed
                            ? "it is closed"
                            : config.maxWaiting() + " changes wait for the disk already");
        }
        return job.await(config.patience());
    }

    /** Changes that wait. */
    int waiting() {
        return queue.size();
    }

    /** Somebody's write failed: the engine needs to be opened again. */
    void writeFailed(Throwable why) {
        broken.compareAndSet(null, reason(why));
    }

    private static String reason(Throwable why) {
        return "a write failed: "
                + (why instanceof RocksDBException ofEngine ? ofEngine.getMessage() : why);
    }

    private void run() {
        List<Job<Batch, ?>> jobs = new ArrayList<>();
        while (!closed || !queue.isEmpty()) {
            try {
                take(jobs);
                work(jobs);
            } catch (InterruptedException e) {
                closed = true;
            } catch (RuntimeException | Error problem) {
                failed(jobs, problem); // without this thread nothing is ever written again
            }
            jobs.clear();
        }
    }

    /** How far these came is not known: none is acknowledged, and the engine is opened again. */
    private void failed(List<Job<Batch, ?>> jobs, Throwable problem) {
        writeFailed(problem);
        jobs.forEach(job -> job.fail(Job.comeBack(NO_WRITES)));
    }

    private void take(List<Job<Batch, ?>> jobs) throws InterruptedException {
        Job<Batch, ?> first = queue.poll(TICK.toNanos(), TimeUnit.NANOSECONDS);
        if (first != null) {
            jobs.add(first);
            queue.drainTo(jobs, MAX_BATCH - 1);
        }
    }

    private void work(List<Job<Batch, ?>> jobs) {
        String why = broken.get();
        if (why == null) {
            commit(jobs);
            quietWork.forEach(this::quietly);
        } else {
            jobs.forEach(job -> job.fail(Job.comeBack(NO_WRITES)));
            mend(why);
        }
    }

    /**
     * What it throws says nothing of the changes. It is told once, and tried again all the same.
     */
    private void quietly(Runnable work) {
        try {
            work.run();
            failing.remove(work);
        } catch (RuntimeException problem) {
            if (failing.add(work)) {
                Threads.uncaught(problem);
            }
        }
    }

    private void commit(List<Job<Batch, ?>> jobs) {
        if (jobs.isEmpty()) {
            // The engine writes tables in the background; its list of them has grown then.
            note();
            return;
        }
        int taken = 0;
        while (taken < jobs.size() && broken.get() == null) {
            taken += commitSome(jobs.subList(taken, jobs.size()));
        }
        jobs.subList(taken, jobs.size()).forEach(job -> job.fail(Job.comeBack(NO_WRITES)));
    }

    /** Commits the first of {@code jobs}, as many as make a batch; says how many. */
    private int commitSome(List<Job<Batch, ?>> jobs) {
        List<Job<Batch, ?>> applied = new ArrayList<>();
        int taken = 0;
        long began = time.nanos();
        try (Batch batch = engine.batch()) {
            while (taken < jobs.size() && batch.size() < MAX_CHANGES) {
                Job<Batch, ?> job = jobs.get(taken++);
                if (apply(job, batch)) {
                    applied.add(job);
                }
            }
            if (batch.size() > 0) {
                batch.write();
                long last = engine.lastChange();
                engine.sync();
                synced = last;
                mark.write(last);
                observer.on(new StoreEvent.Synced(batch.size(), time.nanos() - began));
            }
            applied.forEach(Job::done);
        } catch (RocksDBException e) {
            writeFailed(e);
            applied.forEach(job -> job.fail(Job.comeBack(NO_WRITES)));
        }
        return taken;
    }

    private void note() {
        if (synced > 0) {
            mark.write(synced);
        }
    }

    /** False when the job itself was refused, and its caller was told. */
    private boolean apply(Job<Batch, ?> job, Batch batch) throws RocksDBException {
        batch.begin();
        try {
            job.run(batch);
            return true;
        } catch (RocksDBException | RuntimeException refused) {
            batch.takeBack();
            job.fail(refusal(refused));
            return false;
        }
    }

    /** What the caller of a change gets that met this; of damage the operator hears, too. */
    private RuntimeException refusal(Exception met) {
        boolean isDamage =
                met instanceof BinaryReader.Damaged
                        || (met instanceof RocksDBException problem
                                && EngineFiles.isDamage(problem));
        if (isDamage) {
            observer.on(new StoreEvent.DamageFound(String.valueOf(met.getMessage())));
            return new UnreadableRecord();
        }
        return met instanceof RuntimeException known ? known : Job.comeBack("it cannot be read");
    }

    // ---- after a failed write ----

    private void mend(String why) {
        long now = time.nanos();
        if (brokenSinceNanos == 0) {
            brokenSinceNanos = now;
            nextAttemptNanos = now;
            observer.on(new StoreEvent.WritesFailed(why));
        }
        if (now - nextAttemptNanos < 0) {
            return;
        }
        nextAttemptNanos = now + config.retry().toNanos();
        if (takesWrites(config.folder()) && reopen()) {
            observer.on(new StoreEvent.WritesResumed(Duration.ofNanos(now - brokenSinceNanos)));
            brokenSinceNanos = 0;
            broken.set(null);
        }
    }

    /**
     * Asks the disk before the engine is closed, so that reads go on for as long as it does not.
     */
    private static boolean takesWrites(Path folder) {
        Path probe = folder.resolve("probe");
        try (FileChannel channel =
                FileChannel.open(
                        probe,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(ByteBuffer.allocate(PROBE_BYTES));
            channel.force(true);
        } catch (IOException notYet) {
            return false;
        }
        try {
            Files.delete(probe);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private boolean reopen() {
        engine.shut();
        try {
            engine.open(Engine.Mode.WRITING);
            for (Counting counting : countings) {
                counting.count(engine);
            }
            return true;
        } catch (RocksDBException e) {
            engine.shut();
            broken.set("it could not be opened again: " + e.getMessage());
            readOnly();
            return false;
        }
    }

    private void readOnly() {
        try {
            engine.open(Engine.Mode.READING);
        } catch (RocksDBException e) {
            engine.shut();
            observer.on(new StoreEvent.DamageFound("not even readable: " + e.getMessage()));
        }
    }

    /** Applies what waits, then ends. */
    @Override
    public void close() {
        closed = true;
        try {
            if (!thread.join(GRACE)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        note();
        List<Job<Batch, ?>> left = new ArrayList<>();
        queue.drainTo(left);
        left.forEach(job -> job.fail(Job.comeBack("it is closed")));
    }
}
