package io.erlmcp.transport;

import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Serves one peer over a pair of streams: newline-delimited JSON in UTF-8 (transport stdio of every
 * revision).
 *
 * <p>Process model: one daemon platform thread, started here, reads and delivers until the end of
 * input, or until {@link #stop}, when it may stay blocked in its last read. It also writes what it
 * has answered, and is replaced when a peer that does not read holds it up; {@link StdioOutput} has
 * the thread that writes all else. Who made it calls {@link #await}.
 */
public final class StdioTransport implements Connection {
    /**
     * Bounds of a stdio server.
     *
     * @param maxLineBytes longest message that is read
     * @param highWaterBytes unsent bytes at which producers wait
     * @param maxUnsentBytes unsent bytes at which the peer is given up
     * @param drainTimeout how long calls may still run after the end of input
     * @param shutdownTimeout how long calls may still run after {@link #stop}, and the last answers
     *     take to be written
     */
    public record Config(
            int maxLineBytes,
            int highWaterBytes,
            int maxUnsentBytes,
            Duration drainTimeout,
            Duration shutdownTimeout) {
        public static final Config DEFAULTS =
                new Config(
                        16 * 1024 * 1024,
                        256 * 1024,
                        64 * 1024 * 1024,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(2));

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

    private final Config config;
    private final ConnectionHandler handler;
    private final LineReader lines;
    private final StdioOutput output;
    private volatile @Nullable Thread reader;
    private final AtomicReference<Input> input = new AtomicReference<>(Input.WAITING);
    private final CountDownLatch inputOver = new CountDownLatch(1);
    private volatile boolean isStopped;
    private volatile @Nullable IOException readFailure;

    private StdioTransport(Endpoint endpoint, InputStream in, OutputStream out, Config config) {
        this.config = config;
        this.lines = new LineReader(in, config.maxLineBytes());
        this.output = new StdioOutput(out, config, this::stop, this::startReader, StdioOutput.TICK);
        this.handler = endpoint.connected(this);
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
        StdioTransport transport = new StdioTransport(endpoint, in, out, config);
        transport.startReader();
        return transport;
    }

    /**
     * Waits for the end of input or {@link #stop}, then for the last answers, no longer than the
     * drain time-out after the one and the shutdown time-out after the other, and closes the
     * connection.
     */
    public void await() throws IOException, InterruptedException {
        try {
            inputOver.await();
            handler.inputEnded(patience());
        } finally {
            handler.closed();
            close("end of input");
            output.join(config.shutdownTimeout());
        }
        IOException failure = readFailure;
        if (failure != null) {
            throw failure;
        }
    }

    private Duration patience() {
        if (output.isBroken()) {
            return Duration.ZERO;
        }
        return isStopped ? config.shutdownTimeout() : config.drainTimeout();
    }

    /**
     * Ends the input from within, which a blocked read cannot be: what is being delivered is the
     * last message.
     */
    public void stop() {
        isStopped = true;
        if (input.compareAndSet(Input.WAITING, Input.OVER)) {
            inputOver.countDown();
        } else {
            input.compareAndSet(Input.DELIVERING, Input.STOPPING);
        }
    }

    private void startReader() {
        Threads.startPlatform("stdio-reader", this::read);
    }

    private void read() {
        reader = Thread.currentThread();
        boolean isOver = true;
        try {
            LineReader.Line line = lines.read();
            while (line != null && input.compareAndSet(Input.WAITING, Input.DELIVERING)) {
                deliver(line);
                if (!input.compareAndSet(Input.DELIVERING, Input.WAITING)) {
                    break;
                }
                if (!lines.hasLine() && !output.flush()) {
                    isOver = false; // another reader reads on
                    return;
                }
                line = lines.read();
            }
        } catch (IOException e) {
            readFailure = e;
        } catch (RuntimeException | Error bug) {
            Threads.uncaught(bug);
            readFailure = new IOException("the input is not read any more: " + bug, bug);
        } finally {
            if (isOver) {
                input.set(Input.OVER);
                inputOver.countDown();
            }
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
        boolean isReader = Thread.currentThread().equals(reader);
        if (!output.send(buffer, offset, length, isReader)) {
            cut("more than " + config.maxUnsentBytes() + " bytes wait for it");
        }
    }

    /**
     * Tells the handler, on a thread of its own: whoever found out may hold locks, and is one of
     * those that are interrupted. Not on a virtual one: a call that goes on sending does not wait
     * any more, and may hold the only processor for them.
     */
    private void cut(String why) {
        Threads.startPlatform("stdio-cut", () -> handler.cut(why));
    }

    @Override
    public boolean awaitWritable(Duration limit) throws InterruptedException {
        if (output.becomesWritable(limit.toNanos())) {
            return true;
        }
        if (output.giveUpUnlessEnding()) {
            cut("more than " + config.highWaterBytes() + " bytes waited for it for " + limit);
        }
        return false;
    }

    @Override
    public void close(String reason) {
        output.close();
    }
}
