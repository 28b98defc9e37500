package io.erlmcp.transport;

import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The way out of a stdio server: lines are queued, and whatever is queued is written at once.
 *
 * <p>What the reader queues it writes itself, before it reads again: an answer that goes out on the
 * thread that read its request costs no change of threads. A peer that does not read would hold it
 * up, so the writer's thread looks every tick: it writes what lies about for longer, and where the
 * reader hangs in a write it has another one read on.
 *
 * <p>Process model: one daemon platform thread, started here and joined by {@link #join}. At most
 * one of both writes at a time.
 */
final class StdioOutput {
    static final Duration TICK = Duration.ofMillis(20);
    private static final int SPARE_BYTES = 64 * 1024;

    /** Whole lines on their way; none: there is nothing more to write. */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
    private record Batch(byte[] lines, int bytes) {}

    private static final Batch END = new Batch(new byte[0], 0);

    private final OutputStream out;
    private final StdioTransport.Config config;
    private final Runnable onGivenUp;
    private final Runnable readOn;
    private final Duration tick;
    private final Thread writer;

    /** Guards the fields below. Nothing is written under it. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition pending = lock.newCondition();
    private final Condition drained = lock.newCondition();
    private byte[] queued = new byte[SPARE_BYTES];
    private byte @Nullable [] spare = new byte[SPARE_BYTES];
    private int queuedBytes;

    /** What is queued and what is being written. */
    private long unsentBytes;

    /** Grows with every line. */
    private long lines;

    private boolean writing;

    /** Grows by one when the reader begins to write, and again when it is through. */
    private long readerWrites;

    /** The reader that writes has been replaced. */
    private boolean replaced;

    /** The writer's thread is to write what is queued. */
    private boolean due;

    /** The writer's thread looks every tick. */
    private boolean watching;

    private boolean closing;
    private boolean broken;

    /**
     * @param onGivenUp runs under the lock when the peer is given up; must not block
     * @param readOn starts another reader
     * @param tick how often the writer's thread looks
     */
    StdioOutput(
            OutputStream out,
            StdioTransport.Config config,
            Runnable onGivenUp,
            Runnable readOn,
            Duration tick) {
        this.out = out;
        this.config = config;
        this.onGivenUp = onGivenUp;
        this.readOn = readOn;
        this.tick = tick;
        this.writer = Threads.startPlatform("stdio-writer", this::run);
    }

    /**
     * Queues a line.
     *
     * @param isReader the reader sends, and will {@link #flush}
     * @return false when this line is the one that is too much
     */
    boolean send(byte[] buffer, int offset, int length, boolean isReader) {
        lock.lock();
        try {
            if (closing || broken) {
                return true;
            }
            if (unsentBytes + length + 1 > config.maxUnsentBytes()) {
                giveUp();
                return false;
            }
            queue(buffer, offset, length);
            if (!isReader) {
                due = true;
                wakeUnlessWriting();
            } else if (!watching) {
                watching = true;
                pending.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void queue(byte[] buffer, int offset, int length) {
        int end = queuedBytes + length;
        if (end >= queued.length) {
            queued = Arrays.copyOf(queued, Math.max(end + 1, 2 * queued.length));
        }
        System.arraycopy(buffer, offset, queued, queuedBytes, length);
        queued[end] = '\n';
        queuedBytes = end + 1;
        unsentBytes += length + 1;
        lines++;
    }

    /** Who writes looks for more by itself when it is through. */
    private void wakeUnlessWriting() {
        if (!writing) {
            pending.signal();
        }
    }

    /**
     * Writes what is queued, unless somebody writes already; for the reader.
     *
     * @return false when another reader reads on by now
     */
    boolean flush() {
        Batch batch;
        lock.lock();
        try {
            if (writing || broken || queuedBytes == 0) {
                return true;
            }
            batch = take();
            readerWrites++;
        } finally {
            lock.unlock();
        }
        boolean isWritten = write(batch);
        lock.lock();
        try {
            done(batch);
            boolean isReplaced = replaced;
            readerWrites++;
            replaced = false;
            if (!isWritten) {
                giveUp();
            } else if (queuedBytes > 0) {
                due = true;
            }
            if (due || closing) {
                pending.signal();
            }
            return !isReplaced;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        Batch batch = next();
        while (batch.bytes() > 0) {
            boolean isWritten = write(batch);
            lock.lock();
            try {
                done(batch);
                if (!isWritten) {
                    giveUp();
                }
            } finally {
                lock.unlock();
            }
            batch = next();
        }
    }

    /** Waits for something to write. */
    private Batch next() {
        lock.lock();
        try {
            while (true) {
                if (broken || (closing && !writing && queuedBytes == 0)) {
                    return END;
                }
                if (!writing && queuedBytes > 0 && (due || closing)) {
                    return take();
                }
                if (watching) {
                    watch();
                } else {
                    pending.await();
                }
            }
        } catch (InterruptedException e) {
            giveUp();
            return END;
        } finally {
            lock.unlock();
        }
    }

    /** One tick, or less when somebody wakes the writer; who calls it looks again. */
    @SuppressWarnings("WaitNotInLoop")
    private void watch() throws InterruptedException {
        long before = lines;
        long writesBefore = readerWrites;
        if (pending.awaitNanos(tick.toNanos()) > 0) {
            return;
        }
        boolean isReaderStuck = readerWrites % 2 == 1 && readerWrites == writesBefore;
        if (isReaderStuck && !replaced) {
            replaced = true;
            readOn.run();
        } else if (queuedBytes > 0) {
            due = true;
        } else if (lines == before && !writing) {
            watching = false;
        }
    }

    private Batch take() {
        Batch batch = new Batch(queued, queuedBytes);
        queued = spare == null ? new byte[SPARE_BYTES] : spare;
        spare = null;
        queuedBytes = 0;
        due = false;
        writing = true;
        return batch;
    }

    private void done(Batch batch) {
        writing = false;
        if (batch.lines().length <= SPARE_BYTES) {
            spare = batch.lines();
        }
    }

    /** In pieces, so that who waits sees a slow reader come on; false when the peer is gone. */
    private boolean write(Batch batch) {
        try {
            for (int from = 0; from < batch.bytes(); from += SPARE_BYTES) {
                int length = Math.min(SPARE_BYTES, batch.bytes() - from);
                out.write(batch.lines(), from, length);
                out.flush();
                written(length);
            }
            return true;
        } catch (IOException gone) {
            return false; // the connection says so to whoever sends, and to the handler
        }
    }

    private void written(int bytes) {
        lock.lock();
        try {
            unsentBytes -= bytes;
            if (unsentBytes <= config.highWaterBytes()) {
                drained.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sends nothing more; the lock is held. */
    private void giveUp() {
        if (!broken) {
            broken = true;
            queuedBytes = 0;
            pending.signal();
            drained.signalAll();
            onGivenUp.run();
        }
    }

    /** False after {@code nanos}, and when the connection ends. */
    boolean becomesWritable(long nanos) throws InterruptedException {
        long left = nanos;
        lock.lock();
        try {
            while (unsentBytes > config.highWaterBytes() && !broken && !closing && left > 0) {
                left = drained.awaitNanos(left);
            }
            return unsentBytes <= config.highWaterBytes() && !broken && !closing;
        } finally {
            lock.unlock();
        }
    }

    boolean giveUpUnlessEnding() {
        lock.lock();
        try {
            if (broken || closing) {
                return false;
            }
            giveUp();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more lines; what is queued is still written. */
    void close() {
        lock.lock();
        try {
            closing = true;
            pending.signal();
            drained.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** True when the peer was given up: it does not read, or its end of the output is closed. */
    boolean isBroken() {
        lock.lock();
        try {
            return broken;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all is written, no longer than {@code limit}. */
    void join(Duration limit) throws InterruptedException {
        writer.join(limit);
    }
}
