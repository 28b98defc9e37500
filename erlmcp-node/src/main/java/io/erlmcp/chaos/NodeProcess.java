package io.erlmcp.chaos;

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
 * A node as a process of its own, as whoever tests it sees it from outside.
 *
 * <p>Process model: one platform thread reads its standard error until its end; another waits for
 * its exit, to know the time of it.
 */
public final class NodeProcess implements AutoCloseable {
    private static final String READY = "erlmcp ready ";
    private static final int KEPT_LINES = 30;
    private static final int END_SECONDS = 30;

    private final Process process;
    private final CountDownLatch ready = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    /** Guards {@link #lastLines}. */
    private final ReentrantLock lock = new ReentrantLock();

    private final ArrayDeque<String> lastLines = new ArrayDeque<>();
    private volatile @Nullable JsonObject readyLine;
    private volatile long endedNanos;

    /**
     * @param process as it was started, its standard error not redirected
     */
    public NodeProcess(Process process) {
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

    /**
     * Waits for the line that says that it takes requests.
     *
     * @throws IOException with its last words, when it ends before, or {@code limit} is over
     */
    public void awaitReady(Duration limit) throws IOException, InterruptedException {
        if (!ready.await(limit.toMillis(), TimeUnit.MILLISECONDS) || readyLine == null) {
            throw new IOException("the node did not become ready:\n" + lastLines());
        }
    }

    /** The last lines on standard error. */
    public String lastLines() {
        lock.lock();
        try {
            return String.join("\n", lastLines);
        } finally {
            lock.unlock();
        }
    }

    /** A URL of the ready line. */
    public URI url(String name) {
        JsonObject line = readyLine;
        if (line == null) {
            throw new IllegalStateException("the node is not ready");
        }
        return URI.create(line.requireString(name));
    }

    /** Its endpoint for clients. */
    public URI mcp() {
        return url("mcp");
    }

    /** Its endpoint for operators. */
    public URI admin() {
        return url("admin");
    }

    /** Its standard input. */
    public OutputStream in() {
        return process.getOutputStream();
    }

    /** Its standard output. */
    public InputStream out() {
        return process.getInputStream();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** SIGTERM; {@link Process#destroy} would close the streams as well. */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** SIGKILL, likewise. */
    public void kill() {
        process.toHandle().destroyForcibly();
    }

    /** The exit code, or null when it still runs after {@code limit}. */
    public @Nullable Integer exitCode(Duration limit) throws InterruptedException {
        return ended.await(limit.toMillis(), TimeUnit.MILLISECONDS) ? process.exitValue() : null;
    }

    /** When it ended, by {@link System#nanoTime}. */
    public long endedNanos() {
        return endedNanos;
    }

    /**
     * Kills it if it still runs, and waits until it is gone: its folders may be deleted then, or
     * belong to the next one.
     */
    @Override
    public void close() {
        kill();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                keep("killed, and still there after " + END_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
