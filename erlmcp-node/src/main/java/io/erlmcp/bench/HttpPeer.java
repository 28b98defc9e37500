package io.erlmcp.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One HTTP connection that stays open. */
final class HttpPeer implements LoadPeer {
    private static final int OPENING_TIMEOUT_MILLIS = 10_000;
    private static final int CONNECT_TIMEOUT_MILLIS = 5_000;

    private final HttpOperation operation;
    private final HttpAnswer answer = new HttpAnswer();
    private final SocketChannel channel;
    private final Outgoing outgoing;
    private long intendedNanos;
    private boolean isBusy;

    private HttpPeer(HttpOperation operation, SocketChannel channel, Selector selector)
            throws IOException {
        this.operation = operation;
        this.channel = channel;
        openSession(operation, answer, channel.socket());
        channel.configureBlocking(false);
        outgoing = new Outgoing(channel, channel.register(selector, SelectionKey.OP_READ, this));
    }

    /** Connects, and opens a session where the operation needs one; waits for both. */
    static HttpPeer open(HttpOperation operation, InetSocketAddress address, Selector selector)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            connect(channel, address);
            return new HttpPeer(operation, channel, selector);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Connects and waits for it; what is read from the channel's socket then waits as long. */
    static void connect(SocketChannel channel, InetSocketAddress address) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.socket().connect(address, CONNECT_TIMEOUT_MILLIS);
        channel.socket().setSoTimeout(OPENING_TIMEOUT_MILLIS);
    }

    /** Opens a session where the operation needs one, and waits for it. */
    static void openSession(HttpOperation operation, HttpAnswer answer, Socket socket)
            throws IOException {
        if (!operation.needsSession()) {
            return;
        }
        byte[] request = operation.openSession();
        Verdict verdict = null;
        while (verdict == null) {
            socket.getOutputStream().write(request);
            readAnswer(answer, socket.getInputStream());
            verdict = operation.answered(answer);
            request = verdict == null ? operation.next() : request;
        }
        answer.clear();
        if (!(verdict instanceof Verdict.Right)) {
            throw new BenchException("no session: " + verdict);
        }
    }

    private static void readAnswer(HttpAnswer answer, InputStream in) throws IOException {
        byte[] read = new byte[8192];
        answer.clear();
        boolean isComplete = false;
        while (!isComplete) {
            int count = in.read(read);
            if (count < 0) {
                throw new IOException("the server closed the connection");
            }
            isComplete = answer.add(ByteBuffer.wrap(read, 0, count));
        }
    }

    @Override
    public void start(long nowIntendedNanos, ByteBuffer scratch) throws IOException {
        intendedNanos = nowIntendedNanos;
        isBusy = true;
        send(operation.begin(), scratch);
    }

    private void send(byte[] bytes, ByteBuffer scratch) throws IOException {
        answer.clear();
        ByteBuffer out = ByteBuffer.wrap(bytes);
        if (bytes.length <= scratch.capacity()) {
            out = scratch.clear().put(bytes).flip();
        }
        outgoing.send(out);
    }

    @Override
    public void write() throws IOException {
        outgoing.more();
    }

    @Override
    public @Nullable Verdict read(ByteBuffer scratch) throws IOException {
        int count = channel.read(scratch.clear());
        if (count < 0) {
            throw new IOException("the server closed the connection");
        }
        scratch.flip();
        if (count > 0 && !isBusy) {
            throw new IOException("bytes that nobody asked for");
        }
        if (count == 0 || !answer.add(scratch)) {
            return null;
        }
        Verdict verdict = operation.answered(answer);
        if (verdict == null) {
            send(operation.next(), scratch);
            return null;
        }
        isBusy = false;
        return verdict;
    }

    @Override
    public boolean isBusy() {
        return isBusy;
    }

    @Override
    public boolean isLast() {
        return answer.isLast();
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
