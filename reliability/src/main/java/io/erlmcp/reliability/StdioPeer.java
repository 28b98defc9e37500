package io.erlmcp.reliability;

import io.erlmcp.runtime.Threads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Frames as lines. A ping behind each frame tells when there will be no answer to it.
 *
 * <p>Process model: one platform thread reads the node's standard output until its end.
 */
final class StdioPeer implements FramePeer {
    private static final String END = "";

    private final NodeProcess node;
    private final Duration patience;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private long probes;

    StdioPeer(NodeProcess node, Duration patience) throws IOException, InterruptedException {
        this.node = node;
        this.patience = patience;
        Threads.startPlatform("stdio-peer", this::read);
        send(Rpc.bytes(Rpc.initialize(0)));
        next();
        send(Rpc.INITIALIZED.getBytes(StandardCharsets.UTF_8));
    }

    private void read() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(node.out(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            // as good as the end
        }
        lines.add(END);
    }

    private void send(byte[] line) throws IOException {
        byte[] whole = new byte[line.length + 1];
        System.arraycopy(line, 0, whole, 0, line.length);
        whole[line.length] = '\n';
        node.in().write(whole);
        node.in().flush();
    }

    private String next() throws IOException, InterruptedException {
        String line = lines.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (line == null) {
            throw new IOException("no line in " + patience);
        }
        if (line.equals(END)) {
            throw new IOException("standard output ended");
        }
        return line;
    }

    @Override
    public Reply exchange(Frame frame, FrameJudge.Verdict verdict)
            throws IOException, InterruptedException {
        String probe = "probe-" + probes++;
        if (frame.bytes().length > 0) {
            send(frame.bytes());
        }
        send(
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
            node.in().close();
        } catch (IOException e) {
            // the node's exit code tells more
        }
    }
}
