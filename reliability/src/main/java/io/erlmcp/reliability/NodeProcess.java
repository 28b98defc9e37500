package io.erlmcp.reliability;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.runtime.Threads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A node under test: a process of its own.
 *
 * <p>Process model: one platform thread reads its standard error until its end; another waits for
 * its exit, to know the time of it.
 */
final class NodeProcess implements AutoCloseable {
    /** The first start may build the whole repository. */
    private static final Duration START_LIMIT = Duration.ofMinutes(6);

    private static final String READY = "erlmcp ready ";
    private static final int KEPT_LINES = 30;

    private final Process process;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    /** Guards {@link #lastLines}. */
    private final ReentrantLock lock = new ReentrantLock();

    private final ArrayDeque<String> lastLines = new ArrayDeque<>();
    private volatile @Nullable JsonObject readyLine;
    private volatile long endedNanos;

    NodeProcess(Process process) {
        this.process = process;
        Threads.startPlatform("node-stderr", this::readErrors);
        Threads.startPlatform("node-exit", this::awaitEnd);
    }

    private void readErrors() {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                keep(line);
                if (line.startsWith(READY)) {
                    readyLine = Json.parseObject(line.substring(READY.length()));
                    ready.countDown();
                }
            }
        } catch (IOException e) {
            keep("standard error cannot be read: " + e);
        } finally {
            ready.countDown();
        }
    }

    private void keep(String line) {
        lock.lock();
        try {
            lastLines.add(line);
            if (lastLines.size() > KEPT_LINES) {
                lastLines.remove();
            }
        } finally {
            lock.unlock();
        }
    }

    private void awaitEnd() {
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        endedNanos = System.nanoTime();
        ended.countDown();
    }

    void awaitReady() throws IOException, InterruptedException {
        if (!ready.await(START_LIMIT.toSeconds(), TimeUnit.SECONDS) || readyLine == null) {
            throw new IOException("the node did not become ready:\n" + lastLines());
        }
    }

    /** The last lines on standard error. */
    String lastLines() {
        lock.lock();
        try {
            return String.join("\n", lastLines);
        } finally {
            lock.unlock();
        }
    }

    /** A URL of the ready line. */
    URI url(String name) {
        JsonObject line = readyLine;
        if (line == null) {
            throw new IllegalStateException("the node is not ready");
        }
        return URI.create(line.requireString(name));
    }

    URI mcp() {
        return url("mcp");
    }

    URI admin() {
        return url("admin");
    }

    OutputStream in() {
        return process.getOutputStream();
    }

    InputStream out() {
        return process.getInputStream();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** SIGTERM; {@link Process#destroy} would close the streams as well. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** SIGKILL, likewise. */
    void kill() {
        process.toHandle().destroyForcibly();
    }

    /** The exit code, or null when it still runs after {@code limit}. */
    @Nullable Integer exitCode(Duration limit) throws InterruptedException {
        return ended.await(limit.toMillis(), TimeUnit.MILLISECONDS) ? process.exitValue() : null;
    }

    /** When it ended, by {@link System#nanoTime}. */
    long endedNanos() {
        return endedNanos;
    }

    /** Kills it if it still runs. */
    @Override
    public void close() {
        kill();
    }
}
