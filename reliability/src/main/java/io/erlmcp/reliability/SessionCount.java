package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * How many sessions a node says that it has, looked at all the time.
 *
 * <p>Process model: one virtual thread from {@link #watch} to {@link #close}, which joins it.
 */
final class SessionCount implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final NodeProcess node;
    private final Findings findings;
    private final Thread thread;
    private volatile long most;
    private volatile boolean stopped;

    private SessionCount(NodeProcess node, Findings findings) {
        this.node = node;
        this.findings = findings;
        this.thread = Threads.startVirtual("session count", this::run);
    }

    static SessionCount watch(NodeProcess node, Findings findings) {
        return new SessionCount(node, findings);
    }

    static long of(NodeProcess node) throws IOException {
        try (RawHttp connection = new RawHttp(node.admin(), AbandonedSessions.PATIENCE)) {
            return ask(connection, node);
        }
    }

    private static long ask(RawHttp connection, NodeProcess node) throws IOException {
        connection.send(
                ("GET /health HTTP/1.1\r\nHost: " + node.admin().getAuthority() + "\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        JsonObject health = Json.parseObject(connection.answer().text());
        return health.integer("sessions").orElseThrow();
    }

    private void run() {
        try (RawHttp connection = new RawHttp(node.admin(), AbandonedSessions.PATIENCE)) {
            while (!stopped) {
                most = Math.max(most, ask(connection, node));
                findings.count("looks_at_the_sessions", 1);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        } catch (IOException e) {
            findings.fail("the sessions cannot be counted: " + e);
        }
    }

    /** The most that were ever seen, now included. */
    long most() throws IOException {
        return Math.max(most, of(node));
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        thread.join();
    }
}
