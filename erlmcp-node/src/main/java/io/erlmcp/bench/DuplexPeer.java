package io.erlmcp.bench;

import io.erlmcp.protocol.Era;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One connection that carries messages both ways: TCP, a Unix domain socket, or a WebSocket. In the
 * legacy era it is a session of its own.
 */
final class DuplexPeer implements LoadPeer {
    static final int MAX_MESSAGE_BYTES = 64 << 20;
    private static final int OPENING_MILLIS = 10_000;

    /** Shared by the connections of one run. */
    record Run(
            BenchPlan plan,
            BenchTarget.Duplex target,
            Messages messages,
            SplittableRandom random,
            AnswerCheck check) {
        static Run of(BenchPlan plan, BenchTarget.Duplex target) {
            return new Run(
                    plan,
                    target,
                    new Messages(plan),
                    new SplittableRandom(),
                    new AnswerCheck(plan.workload()));
        }
    }

    private final Run run;
    private final int slot;
    private final SocketChannel channel;
    private final Outgoing out;
    private final RequestBytes request;
    private final int[] message = new int[2];
    private byte[] bytes = new byte[4096];
    private int from;
    private int filled;
    private long count;
    private long intendedNanos;
    private boolean isBusy;

    private DuplexPeer(Run run, int slot, SocketChannel channel, Selector selector)
            throws IOException {
        this.run = run;
        this.slot = slot;
        this.channel = channel;
        channel.configureBlocking(false);
        open();
        out = new Outgoing(channel, channel.register(selector, SelectionKey.OP_READ, this));
        request = new RequestBytes(run.messages().request(slot));
    }

    /** Connects, shakes hands, and opens a session where the era has them; waits for all of it. */
    static DuplexPeer open(Run run, int slot, Selector selector) throws IOException {
        var address = run.target().address();
        SocketChannel channel =
                address instanceof UnixDomainSocketAddress
                        ? SocketChannel.open(StandardProtocolFamily.UNIX)
                        : SocketChannel.open();
        try {
            if (!(address instanceof UnixDomainSocketAddress)) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
            channel.connect(address);
            return new DuplexPeer(run, slot, channel, selector);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void open() throws IOException {
        if (run.target().framing() == DuplexFraming.WEBSOCKET) {
            channel.write(ByteBuffer.wrap(run.target().handshake()));
            awaitHead();
        }
        if (run.plan().era() == Era.LEGACY) {
            RequestBytes initialize = new RequestBytes(run.messages().initialize());
            sendNow(initialize.bytes());
            await();
            Verdict verdict =
                    new AnswerCheck(Workload.INITIALIZE)
                            .check(bytes, message[0], message[1], false, initialize, 0);
            if (!(verdict instanceof Verdict.Right)) {
                throw new BenchException("no session: " + verdict);
            }
            sendNow(Messages.initialized().getBytes(StandardCharsets.UTF_8));
        }
    }

    /** While the connection is fresh, all of a short message fits into it. */
    private void sendNow(byte[] what) throws IOException {
        ByteBuffer framed = ByteBuffer.allocate(what.length + DuplexFraming.MOST_AROUND);
        run.target().framing().put(what, framed);
        channel.write(framed.flip());
    }

    private void awaitHead() throws IOException {
        byte[] end = {'\r', '\n', '\r', '\n'};
        int at = -1;
        while (at < 0) {
            fillSoon();
            at = RequestBytes.indexOf(bytes, 0, filled, end, 0, end.length);
        }
        String head = new String(bytes, 0, at, StandardCharsets.ISO_8859_1);
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new BenchException("no WebSocket: " + head.lines().findFirst().orElse(""));
        }
        from = at + end.length;
    }

    private void await() throws IOException {
        while (!next()) {
            fillSoon();
        }
    }

    private void fillSoon() throws IOException {
        try (Selector waiting = Selector.open()) {
            channel.register(waiting, SelectionKey.OP_READ);
            if (waiting.select(OPENING_MILLIS) == 0) {
                throw new IOException("no answer within " + OPENING_MILLIS + " ms");
            }
        }
        ByteBuffer read = ByteBuffer.allocate(4096);
        fill(read);
    }

    private boolean fill(ByteBuffer scratch) throws IOException {
        int read = channel.read(scratch.clear());
        if (read < 0) {
            throw new IOException("the server closed the connection");
        }
        if (filled + read > bytes.length) {
            makeRoom(read);
        }
        scratch.flip().get(bytes, filled, read);
        filled += read;
        return read > 0;
    }

    private void makeRoom(int more) throws IOException {
        System.arraycopy(bytes, from, bytes, 0, filled - from);
        filled -= from;
        from = 0;
        if (filled + more > MAX_MESSAGE_BYTES) {
            throw new IOException("a message of more than " + MAX_MESSAGE_BYTES + " bytes");
        }
        if (filled + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(filled + more, 2 * bytes.length));
        }
    }

    /** Goes to the next message that is complete; false when there is none. */
    private boolean next() throws IOException {
        int end = run.target().framing().frame(bytes, from, filled, message);
        if (end < 0) {
            return false;
        }
        from = end;
        if (from == filled) {
            from = 0;
            filled = 0;
        }
        return true;
    }

    @Override
    public void start(long nowIntendedNanos, ByteBuffer scratch) throws IOException {
        intendedNanos = nowIntendedNanos;
        isBusy = true;
        long slots = run.plan().concurrency();
        request.renew(RequestBytes.FIRST_ID + count++ * slots + slot, run.random());
        int length = request.bytes().length + DuplexFraming.MOST_AROUND;
        ByteBuffer framed =
                length <= scratch.capacity() ? scratch.clear() : ByteBuffer.allocate(length);
        run.target().framing().put(request.bytes(), framed);
        out.send(framed.flip());
    }

    @Override
    public void write() throws IOException {
        out.more();
    }

    @Override
    public @Nullable Verdict read(ByteBuffer scratch) throws IOException {
        if (!fill(scratch)) {
            return null;
        }
        Verdict verdict = null;
        while (next()) {
            if (message[0] == message[1] || Lines.id(bytes, message[0], message[1]) < 0) {
                continue; // a ping, or a notification
            }
            if (!isBusy) {
                throw new IOException("an answer that nobody asked for");
            }
            verdict = run.check().check(bytes, message[0], message[1], false, request, slot);
            isBusy = false;
        }
        return verdict;
    }

    @Override
    public boolean isBusy() {
        return isBusy;
    }

    @Override
    public boolean isLast() {
        return false;
    }

    @Override
    public long intendedNanos() {
        return intendedNanos;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // it is gone either way
        }
    }
}
