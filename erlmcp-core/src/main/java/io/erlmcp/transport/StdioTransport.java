package io.erlmcp.transport;

import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Serves one peer over a pair of streams: newline-delimited JSON in UTF-8 (transport stdio of every
 * revision).
 *
 * <p>Process model: the caller's thread reads until the end of input; one platform thread, started
 * and joined here, writes, with one flush for all that is queued, so that no call waits for a slow
 * reader but by its own will.
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

    private final OutputStream out;
    private final Config config;
    private volatile @Nullable ConnectionHandler handler;

    /** Guards the fields below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
    private long unsentBytes;
    private boolean closing;
    private boolean broken;

    private StdioTransport(OutputStream out, Config config) {
        this.out = out;
        this.config = config;
    }

    /**
     * Serves until the end of input, waits for the last answers, and returns. Returns at the next
     * message when the peer does not read what it is sent.
     */
    public static void serve(Endpoint endpoint, InputStream in, OutputStream out, Config config)
            throws IOException, InterruptedException {
        StdioTransport connection = new StdioTransport(out, config);
        Thread writer = Threads.startPlatform("stdio-writer", connection::write);
        ConnectionHandler handler = endpoint.connected(connection);
        connection.handler = handler;
        try {
            LineReader lines = new LineReader(in, config.maxLineBytes());
            LineReader.Line line = lines.read();
            while (line != null && !connection.isBroken()) {
                deliver(line, handler, config);
                line = lines.read();
            }
            handler.inputEnded(connection.isBroken() ? Duration.ZERO : config.shutdownTimeout());
        } finally {
            handler.closed();
            connection.close("end of input");
            writer.join(config.shutdownTimeout());
        }
    }

    private static void deliver(LineReader.Line line, ConnectionHandler handler, Config config) {
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
        byte[] line = new byte[length + 1];
        System.arraycopy(buffer, offset, line, 0, length);
        line[length] = '\n';
        if (!enqueue(line)) {
            cut("more than " + config.maxUnsentBytes() + " bytes wait for it");
        }
    }

    /** False when this line is the one that is too much. */
    private boolean enqueue(byte[] line) {
        lock.lock();
        try {
            if (closing || broken) {
                return true;
            }
            if (unsentBytes + line.length > config.maxUnsentBytes()) {
                giveUp();
                return false;
            }
            queue.add(line);
            unsentBytes += line.length;
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Sends nothing more; the lock is held. */
    private void giveUp() {
        broken = true;
        queue.clear();
        changed.signalAll();
    }

    /**
     * Tells the handler, on a thread of its own: whoever found out may hold locks, and is one of
     * those that are interrupted.
     */
    private void cut(String why) {
        ConnectionHandler upper = handler;
        if (upper != null) {
            Threads.startVirtual("stdio-cut", () -> upper.cut(why));
        }
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
                left = changed.awaitNanos(left);
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
            changed.signalAll();
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
        try {
            for (byte[] line = next(); line != null; line = next()) {
                out.write(line);
                written(line.length);
            }
            out.flush();
        } catch (IOException | InterruptedException e) {
            lock.lock();
            try {
                broken = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /** The next line to write, or null when there will be none; flushes before it waits. */
    private byte @Nullable [] next() throws IOException, InterruptedException {
        byte[] line = poll();
        if (line != null) {
            return line;
        }
        out.flush();
        lock.lock();
        try {
            while (queue.isEmpty() && !closing && !broken) {
                changed.await(1, TimeUnit.SECONDS);
            }
            return broken ? null : queue.poll();
        } finally {
            lock.unlock();
        }
    }

    private byte @Nullable [] poll() {
        lock.lock();
        try {
            return broken ? null : queue.poll();
        } finally {
            lock.unlock();
        }
    }

    private void written(int bytes) {
        lock.lock();
        try {
            unsentBytes -= bytes;
            if (unsentBytes <= config.highWaterBytes()) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }
}
