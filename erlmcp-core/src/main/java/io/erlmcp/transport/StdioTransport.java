package io.erlmcp.transport;

import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Serves one peer over a pair of streams: newline-delimited JSON in UTF-8 (transport stdio of every
 * revision).
 *
 * <p>Process model: one daemon platform thread, started here, reads and delivers until the end of
 * input, or until {@link #stop}, when it may stay blocked in its last read; another, started and
 * joined here, writes all that is queued at once, so that no call waits for a slow reader but by
 * its own will. Who made it calls {@link #await}.
 */
public final class StdioTransport implements Connection {
    /**
     * Bounds of a stdio server.
     *
     * @param maxLineBytes longest message that is read
     * @param highWaterBytes unsent bytes at which producers wait
     * @param maxUnsentBytes unsent bytes at which the peer is given up
     * @param shutdownTimeout how long the last answers may take to be written
     */
    public record Config(
            int maxLineBytes, int highWaterBytes, int maxUnsentBytes, Duration shutdownTimeout) {
        public static final Config DEFAULTS =
                new Config(16 * 1024 * 1024, 256 * 1024, 64 * 1024 * 1024, Duration.ofSeconds(2));

        public Config {
            if (maxLineBytes < 1 || highWaterBytes < 1 || maxUnsentBytes < highWaterBytes) {
                throw new IllegalArgumentException(
                        "stdio limits must be positive, maxUnsentBytes the largest");
            }
        }
    }

    /** What the reader is at; whoever moves it to {@code OVER} opens {@code inputOver}. */
    private enum Input {
        WAITING,
        DELIVERING,
        STOPPING,
        OVER
    }

    private static final int SPARE_BYTES = 64 * 1024;

    private final OutputStream out;
    private final Config config;
    private final ConnectionHandler handler;
    private final Thread writer;
    private final AtomicReference<Input> input = new AtomicReference<>(Input.WAITING);
    private final CountDownLatch inputOver = new CountDownLatch(1);
    private volatile @Nullable IOException readFailure;

    /** Guards the fields below. Nothing is written under it. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition pending = lock.newCondition();
    private final Condition drained = lock.newCondition();
    private byte[] queued = new byte[SPARE_BYTES];
    private int queuedBytes;

    /** What is queued and what is being written. */
    private long unsentBytes;

    private boolean writerWaits;
    private boolean closing;
    private boolean broken;

    private StdioTransport(Endpoint endpoint, OutputStream out, Config config) {
        this.out = out;
        this.config = config;
        this.handler = endpoint.connected(this);
        this.writer = Threads.startPlatform("stdio-writer", this::write);
    }

    /**
     * Serves until the end of input, or until the peer does not read what it is sent; waits for the
     * last answers, and returns.
     */
    public static void serve(Endpoint endpoint, InputStream in, OutputStream out, Config config)
            throws IOException, InterruptedException {
        start(endpoint, in, out, config).await();
    }

    /** Starts to serve; {@link #await} must follow. */
    public static StdioTransport start(
            Endpoint endpoint, InputStream in, OutputStream out, Config config) {
        StdioTransport transport = new StdioTransport(endpoint, out, config);
        LineReader lines = new LineReader(in, config.maxLineBytes());
        Threads.startPlatform("stdio-reader", () -> transport.read(lines));
        return transport;
    }

    /**
     * Waits for the end of input or {@link #stop}, then for the last answers, no longer than the
     * shutdown time-out, and closes the connection.
     */
    public void await() throws IOException, InterruptedException {
        try {
            inputOver.await();
            handler.inputEnded(isBroken() ? Duration.ZERO : config.shutdownTimeout());
        } finally {
            handler.closed();
            close("end of input");
            writer.join(config.shutdownTimeout());
        }
        IOException failure = readFailure;
        if (failure != null) {
            throw failure;
        }
    }

    /**
     * Ends the input from within, which a blocked read cannot be: what is being delivered is the
     * last message.
     */
    public void stop() {
        if (input.compareAndSet(Input.WAITING, Input.OVER)) {
            inputOver.countDown();
        } else {
            input.compareAndSet(Input.DELIVERING, Input.STOPPING);
        }
    }

    private void read(LineReader lines) {
        try {
            LineReader.Line line = lines.read();
            while (line != null && input.compareAndSet(Input.WAITING, Input.DELIVERING)) {
                deliver(line);
                if (!input.compareAndSet(Input.DELIVERING, Input.WAITING)) {
                    break;
                }
                line = lines.read();
            }
        } catch (IOException e) {
            readFailure = e;
        } finally {
            input.set(Input.OVER);
            inputOver.countDown();
        }
    }

    private void deliver(LineReader.Line line) {
        if (line.isTooLong()) {
            handler.malformed("a message has at most " + config.maxLineBytes() + " bytes");
        } else if (line.bytes().length > 0) {
            handler.message(line.bytes());
        }
    }

    @Override
    public String name() {
        return "stdio";
    }

    @Override
    public PeerEvidence evidence() {
        return new PeerEvidence("stdio", null, Map.of());
    }

    @Override
    public void send(byte[] buffer, int offset, int length) {
        if (!enqueue(buffer, offset, length)) {
            cut("more than " + config.maxUnsentBytes() + " bytes wait for it");
        }
    }

    /** False when this line is the one that is too much. */
    private boolean enqueue(byte[] buffer, int offset, int length) {
        lock.lock();
        try {
            if (closing || broken) {
                return true;
            }
            if (unsentBytes + length + 1 > config.maxUnsentBytes()) {
                giveUp();
                return false;
            }
            int end = queuedBytes + length;
            if (end >= queued.length) {
                queued = Arrays.copyOf(queued, Math.max(end + 1, 2 * queued.length));
            }
            System.arraycopy(buffer, offset, queued, queuedBytes, length);
            queued[end] = '\n';
            queuedBytes = end + 1;
            unsentBytes += length + 1;
            if (writerWaits) {
                writerWaits = false;
                pending.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Sends nothing more, and reads nothing more; the lock is held. */
    private void giveUp() {
        broken = true;
        queuedBytes = 0;
        pending.signal();
        drained.signalAll();
        stop();
    }

    /**
     * Tells the handler, on a thread of its own: whoever found out may hold locks, and is one of
     * those that are interrupted.
     */
    private void cut(String why) {
        Threads.startVirtual("stdio-cut", () -> handler.cut(why));
    }

    @Override
    public boolean awaitWritable(Duration limit) throws InterruptedException {
        if (becomesWritable(limit.toNanos())) {
            return true;
        }
        if (giveUpUnlessEnding()) {
            cut("more than " + config.highWaterBytes() + " bytes waited for it for " + limit);
        }
        return false;
    }

    /** False after {@code nanos}, and when the connection ends. */
    private boolean becomesWritable(long nanos) throws InterruptedException {
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

    private boolean giveUpUnlessEnding() {
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

    @Override
    public void close(String reason) {
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
    private boolean isBroken() {
        lock.lock();
        try {
            return broken;
        } finally {
            lock.unlock();
        }
    }

    private void write() {
        byte[] spare = new byte[SPARE_BYTES];
        try {
            for (Batch batch = next(spare); batch.bytes() > 0; batch = next(spare)) {
                write(batch);
                spare = batch.lines().length > SPARE_BYTES ? new byte[SPARE_BYTES] : batch.lines();
            }
        } catch (IOException | InterruptedException e) {
            lock.lock();
            try {
                giveUp();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Whole lines, to be written by the writer; none: the end. */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
    private record Batch(byte[] lines, int bytes) {}

    /** Takes all that is queued, and leaves {@code spare} to queue in. */
    private Batch next(byte[] spare) throws InterruptedException {
        lock.lock();
        try {
            while (queuedBytes == 0 && !closing && !broken) {
                writerWaits = true;
                pending.await();
            }
            Batch batch = new Batch(queued, queuedBytes);
            queued = spare;
            queuedBytes = 0;
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /** In pieces, so that who waits sees a slow reader come on. */
    private void write(Batch batch) throws IOException {
        for (int from = 0; from < batch.bytes(); from += SPARE_BYTES) {
            int length = Math.min(SPARE_BYTES, batch.bytes() - from);
            out.write(batch.lines(), from, length);
            out.flush();
            written(length);
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
}
