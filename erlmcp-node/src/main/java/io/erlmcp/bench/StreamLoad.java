package io.erlmcp.bench;

import io.erlmcp.protocol.Era;
import io.erlmcp.runtime.Time;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Opens a stream on each connection, one after the other, and holds all of them until the end. A
 * stream that ends before is an error.
 *
 * <p>Process model: the thread that calls {@link #run} does everything; nothing is left when it
 * returns.
 */
final class StreamLoad {
    private static final int SCRATCH_BYTES = 64 << 10;
    private static final long TICK_MILLIS = 50;
    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final BenchPlan plan;
    private final Time time;
    private final HttpOperation.Run operations;
    private final InetSocketAddress address;
    private final HttpAnswer answer = new HttpAnswer();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    private final List<Long> openedNanos = new ArrayList<>();
    private final List<Verdict> refused = new ArrayList<>();

    StreamLoad(BenchPlan plan, BenchTarget.Http target, Time time) {
        this.plan = plan;
        this.time = time;
        this.operations = HttpOperation.Run.of(plan, target, new SplittableRandom());
        this.address = target.address();
    }

    BenchReport run(Consumer<String> progress) {
        try (Selector selector = Selector.open()) {
            try {
                for (int slot = 0; slot < plan.concurrency(); slot++) {
                    open(selector, slot);
                }
                return hold(selector, new Measurement(plan, time, progress));
            } finally {
                selector.keys().forEach(key -> close(key.channel()));
            }
        } catch (IOException e) {
            throw new BenchException(
                    address + ", stream " + (openedNanos.size() + 1) + ": " + e.getMessage());
        }
    }

    private void open(Selector selector, int slot) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            HttpPeer.connect(channel, address);
            Socket socket = channel.socket();
            HttpOperation operation = new HttpOperation(operations, slot);
            HttpPeer.openSession(operation, answer, socket);
            long started = time.nanos();
            socket.getOutputStream().write(operation.stream());
            Verdict verdict = opening(socket.getInputStream(), operation);
            if (!(verdict instanceof Verdict.Right)) {
                refused.add(verdict);
                channel.close();
                return;
            }
            openedNanos.add(time.nanos() - started);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
        } catch (IOException | RuntimeException e) {
            close(channel);
            throw e;
        }
    }

    /** In the legacy era the head opens the stream, in the modern one the acknowledgement. */
    private Verdict opening(InputStream in, HttpOperation operation) throws IOException {
        byte[] read = new byte[8192];
        answer.clear();
        while (true) {
            int count = in.read(read);
            if (count < 0) {
                throw new IOException("the server closed the connection");
            }
            boolean isEnded = answer.add(ByteBuffer.wrap(read, 0, count));
            if (!answer.isHeadRead()) {
                continue;
            }
            if (answer.status() != 200) {
                return new Verdict.Refused("HTTP " + answer.status());
            }
            if (isEnded || !answer.isEventStream()) {
                return new Verdict.Wrong("no stream");
            }
            if (plan.era() == Era.LEGACY) {
                return Verdict.RIGHT;
            }
            int end = answer.bodyTo();
            if (end > 0 && answer.bodyBytes()[end - 1] == '\n') {
                List<byte[]> messages = EventStream.messages(answer.bodyBytes(), 0, end);
                if (!messages.isEmpty()) {
                    return AnswerCheck.acknowledged(messages.getFirst(), operation.request());
                }
            }
        }
    }

    private BenchReport hold(Selector selector, Measurement measurement) throws IOException {
        openedNanos.forEach(measurement::opened);
        long start = measurement.startNanos() + plan.warmup().toNanos();
        refused.forEach(verdict -> measurement.finished(start, start, verdict));
        long now = time.nanos();
        while (now < measurement.endNanos()) {
            long left = TimeUnit.NANOSECONDS.toMillis(measurement.endNanos() - now);
            selector.select(key -> drain(key, measurement), Math.clamp(left, 1, TICK_MILLIS));
            now = time.nanos();
            measurement.tick(now);
        }
        return measurement.report();
    }

    /** What comes on an open stream is of no interest, its end is. */
    private void drain(SelectionKey key, Measurement measurement) {
        try {
            int count = ((SocketChannel) key.channel()).read(scratch.clear());
            if (count >= 0 && !isLastChunk(scratch.flip())) {
                return;
            }
        } catch (IOException e) {
            // ended as well
        }
        close(key.channel());
        measurement.failed(time.nanos(), "the stream ended");
    }

    /** It comes alone or behind the line end of the chunk before. */
    private static boolean isLastChunk(ByteBuffer read) {
        int at = read.limit() - LAST_CHUNK.length;
        return at >= 0
                && read.slice(at, LAST_CHUNK.length).equals(ByteBuffer.wrap(LAST_CHUNK))
                && (at == 0 || read.get(at - 1) == '\n');
    }

    private static void close(SelectableChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }
}
