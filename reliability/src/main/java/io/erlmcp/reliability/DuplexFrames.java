package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.runtime.Threads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Frames on one connection that carries messages both ways. A ping behind each frame tells when
 * there will be no answer to it.
 *
 * <p>Process model: one platform thread reads what the node says until its end.
 */
final class DuplexFrames implements FramePeer {
    private static final String END = "";

    /** How messages stand on the connection. */
    interface Wire extends AutoCloseable {
        void send(byte[] message) throws IOException;

        /** The next message, or null at the end. */
        @Nullable String read() throws IOException;

        @Override
        void close() throws IOException;
    }

    private final Wire wire;
    private final Duration patience;
    private final LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private long probes;

    DuplexFrames(Wire wire, Duration patience) throws IOException, InterruptedException {
        this.wire = wire;
        this.patience = patience;
        Threads.startPlatform("duplex-peer", this::read);
        wire.send(Rpc.bytes(Rpc.initialize(0)));
        next();
        wire.send(Rpc.INITIALIZED.getBytes(StandardCharsets.UTF_8));
    }

    static DuplexFrames stdio(NodeProcess node, Duration patience)
            throws IOException, InterruptedException {
        return new DuplexFrames(new Lines(node.out(), node.in()), patience);
    }

    static DuplexFrames tcp(URI server, Duration patience)
            throws IOException, InterruptedException {
        Socket socket = new Socket(server.getHost(), server.getPort());
        socket.setTcpNoDelay(true);
        return new DuplexFrames(
                new Lines(socket.getInputStream(), socket.getOutputStream()), patience);
    }

    static DuplexFrames webSocket(URI server, Duration patience)
            throws IOException, InterruptedException {
        return new DuplexFrames(new RawWebSocket(server), patience);
    }

    static DuplexFrames sse(URI server, Duration patience)
            throws IOException, InterruptedException {
        return new DuplexFrames(new SseWire(server, patience), patience);
    }

    /** One message a line. */
    static final class Lines implements Wire {
        private final BufferedReader in;
        private final OutputStream out;

        Lines(InputStream in, OutputStream out) {
            this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            this.out = out;
        }

        @Override
        public void send(byte[] message) throws IOException {
            byte[] whole = new byte[message.length + 1];
            System.arraycopy(message, 0, whole, 0, message.length);
            whole[message.length] = '\n';
            out.write(whole);
            out.flush();
        }

        @Override
        public @Nullable String read() throws IOException {
            return in.readLine();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    private void read() {
        try {
            for (String line = wire.read(); line != null; line = wire.read()) {
                messages.add(line);
            }
        } catch (IOException e) {
            // as good as the end
        }
        messages.add(END);
    }

    private String next() throws IOException, InterruptedException {
        String message = messages.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (message == null) {
            throw new IOException("no message in " + patience);
        }
        if (message.equals(END)) {
            throw new IOException("the connection ended");
        }
        return message;
    }

    @Override
    public Reply exchange(Frame frame, FrameJudge.Verdict verdict)
            throws IOException, InterruptedException {
        String probe = "probe-" + probes++;
        if (frame.bytes().length > 0) {
            wire.send(frame.bytes());
        }
        wire.send(
                ("{\"jsonrpc\":\"2.0\",\"id\":\"" + probe + "\",\"method\":\"ping\"}")
                        .getBytes(StandardCharsets.UTF_8));
        String answer = null;
        boolean isProbeBack = false;
        boolean mustAnswer =
                verdict.kind() == FrameJudge.Kind.REQUEST
                        || (verdict.kind() == FrameJudge.Kind.OPEN && verdict.id() != null);
        while (!isProbeBack || (mustAnswer && answer == null)) {
            String line = next();
            if (line.contains("\"" + probe + "\"")) {
                isProbeBack = true;
            } else if (isResponse(line)) {
                if (answer != null) {
                    return new Reply(answer, "another answer: " + line);
                }
                answer = line;
            }
        }
        return new Reply(answer, null);
    }

    private static boolean isResponse(@Nullable String line) {
        return line != null && !line.contains("\"method\":\"notifications/");
    }

    @Override
    public void close() {
        try {
            wire.close();
        } catch (IOException e) {
            // what the node does next tells more
        }
    }
}
