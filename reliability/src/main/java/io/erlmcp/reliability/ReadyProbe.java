package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks {@code /ready} on the operators' port all the time, as a load balancer does, and tries now
 * and then to connect.
 *
 * <p>Process model: one platform thread, from the start until the node is gone or the probe is
 * closed.
 */
final class ReadyProbe implements AutoCloseable {
    private static final Duration READ_LIMIT = Duration.ofSeconds(5);
    private static final long PAUSE_NANOS = Duration.ofMillis(4).toNanos();

    private final NodeProcess node;
    private final CountDownLatch wasReady = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean isClosed;
    private volatile long offNanos;
    private volatile boolean cameBack;
    private volatile boolean refusedWhileReady;

    ReadyProbe(NodeProcess node) {
        this.node = node;
        this.thread = Threads.startPlatform("ready-probe", this::run);
    }

    void awaitReady(Duration limit) throws InterruptedException {
        wasReady.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void run() {
        URI admin = node.admin();
        byte[] request =
                ("GET /ready HTTP/1.1\r\nHost: " + admin.getAuthority() + "\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1);
        try (RawHttp connection = new RawHttp(admin, READ_LIMIT)) {
            for (int i = 0; !isClosed; i++) {
                boolean isRefused = i % 8 == 0 && isRefused(node.mcp());
                connection.send(request);
                note(connection.answer().status() == 200, isRefused);
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (IOException e) {
            // the node is gone, and what was seen until then counts
        }
    }

    private void note(boolean isReady, boolean isRefused) {
        if (isReady) {
            wasReady.countDown();
            cameBack |= offNanos != 0;
            refusedWhileReady |= isRefused;
        } else if (offNanos == 0) {
            offNanos = System.nanoTime();
        }
    }

    private static boolean isRefused(URI url) {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(url.getHost(), url.getPort()),
                    (int) READ_LIMIT.toMillis());
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** Judges what was seen against the times of the signal and of the last answer. */
    void check(String name, long stopped, long lastAnswer, Findings findings) {
        long off = offNanos;
        findings.check(wasReady.getCount() == 0, name + ": /ready never said yes");
        findings.check(off != 0, name + ": /ready never said no");
        findings.check(off == 0 || off - stopped > 0, name + ": /ready said no before SIGTERM");
        findings.check(
                off == 0 || off - lastAnswer < 0,
                name + ": /ready said no after the last answer only");
        findings.check(!cameBack, name + ": /ready said yes again");
        findings.check(
                !refusedWhileReady, name + ": a connection was refused while /ready said yes");
        if (off != 0) {
            findings.largest(
                    "longest_until_not_ready_ms", TimeUnit.NANOSECONDS.toMillis(off - stopped));
        }
    }

    @Override
    public void close() throws InterruptedException {
        isClosed = true;
        thread.join(READ_LIMIT);
    }
}
