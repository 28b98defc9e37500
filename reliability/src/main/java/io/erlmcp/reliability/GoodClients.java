package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Clients with a session each that call, wait for the answer, pause, and call again; what goes
 * wrong is a failure of the run.
 *
 * <p>Process model: a virtual thread for each, from the start until {@link #close}, which joins
 * them.
 */
final class GoodClients implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(20);

    /** Times of calls, in nanoseconds. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Times(long[] sorted) {
        int calls() {
            return sorted.length;
        }

        long micros(double quantile) {
            int at = (int) Math.min(sorted.length - 1, Math.round(quantile * sorted.length));
            return sorted.length == 0 ? 0 : TimeUnit.NANOSECONDS.toMicros(sorted[Math.max(0, at)]);
        }
    }

    private final Findings findings;
    private final boolean expectsAnother;
    private final List<Thread> threads = new ArrayList<>();

    /** Guards {@link #times}. */
    private final ReentrantLock lock = new ReentrantLock();

    private List<Long> times = new ArrayList<>();
    private volatile boolean stopped;

    /**
     * @param expectsAnother plants a fault: each answer counts as wrong
     */
    private GoodClients(Findings findings, boolean expectsAnother) {
        this.findings = findings;
        this.expectsAnother = expectsAnother;
    }

    /** Starts {@code each} clients on every way. */
    static GoodClients start(NodeProcess node, int each, Findings findings, boolean expectsAnother)
            throws IOException {
        GoodClients all = new GoodClients(findings, expectsAnother);
        for (Way way : Way.values()) {
            for (int i = 0; i < each; i++) {
                GoodClient client = GoodClient.open(way, way.of(node), PATIENCE);
                String name = way.figure() + " client " + i;
                all.threads.add(Threads.startVirtual(name, () -> all.run(client, name)));
            }
        }
        return all;
    }

    private void run(GoodClient client, String name) {
        try (client) {
            for (long i = 0; !stopped; i++) {
                long began = System.nanoTime();
                client.echo(name + " " + i);
                add(System.nanoTime() - began);
                findings.count("good_calls", 1);
                findings.check(!expectsAnother, name + " expected another answer");
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        } catch (IOException | RuntimeException e) {
            findings.fail(name + " was not served: " + e);
        }
    }

    private void add(long nanos) {
        lock.lock();
        try {
            times.add(nanos);
        } finally {
            lock.unlock();
        }
    }

    /** What calls took since the last time. */
    Times take() {
        List<Long> taken;
        lock.lock();
        try {
            taken = times;
            times = new ArrayList<>();
        } finally {
            lock.unlock();
        }
        long[] sorted = taken.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return new Times(sorted);
    }

    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join(PATIENCE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
