package io.erlmcp.bench;

import io.erlmcp.runtime.Time;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Load over HTTP/1.1 connections that stay open.
 *
 * <p>Process model: the thread that calls {@link #run} does everything, on one selector; nothing is
 * left when it returns.
 */
final class HttpLoad {
    private static final int SCRATCH_BYTES = 64 << 10;
    private static final long IDLE_MILLIS = 50;
    private static final long SPIN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_REOPENED = 10_000;

    private final BenchPlan plan;
    private final Time time;
    private final HttpOperation.Run operations;
    private final InetSocketAddress address;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    private final Deque<HttpPeer> idle = new ArrayDeque<>();
    private int busy;
    private int slots;
    private int reopened;

    HttpLoad(BenchPlan plan, BenchTarget.Http target, Time time) {
        this.plan = plan;
        this.time = time;
        this.operations = HttpOperation.Run.of(plan, target, new SplittableRandom());
        this.address = target.address();
    }

    BenchReport run(Consumer<String> progress) {
        try (Selector selector = Selector.open()) {
            try {
                for (int i = 0; i < plan.concurrency(); i++) {
                    idle.add(open(selector, i));
                }
                return new Run(selector, new Measurement(plan, time, progress)).run();
            } finally {
                selector.keys().forEach(key -> ((HttpPeer) key.attachment()).close());
            }
        } catch (IOException e) {
            throw new BenchException(address + ": " + e.getMessage());
        }
    }

    private HttpPeer open(Selector selector, int slot) throws IOException {
        return HttpPeer.open(new HttpOperation(operations, slot), address, selector);
    }

    /** The loop, once all connections are open. */
    private final class Run {
        private final Selector selector;
        private final Measurement measurement;
        private final Pace pace;

        Run(Selector selector, Measurement measurement) {
            this.selector = selector;
            this.measurement = measurement;
            this.pace =
                    plan.isOpenLoop()
                            ? Pace.fixed(plan.ratePerSecond(), measurement.startNanos())
                            : Pace.asAnswered();
            slots = plan.concurrency();
        }

        BenchReport run() throws IOException {
            long last = measurement.endNanos() + PATIENCE.toNanos();
            long now = time.nanos();
            while (now < last && (busy > 0 || isMore(now))) {
                startDue(now);
                select(now);
                now = time.nanos();
                measurement.tick(now);
            }
            measurement.unanswered(busy + pace.leftBefore(measurement.endNanos()));
            return measurement.report();
        }

        private boolean isMore(long now) {
            return pace.next(now) < measurement.endNanos();
        }

        private void startDue(long now) throws IOException {
            while (!idle.isEmpty() && pace.next(now) <= now && isMore(now)) {
                HttpPeer peer = idle.poll();
                busy++;
                try {
                    peer.start(pace.take(now), scratch);
                } catch (IOException e) {
                    broken(peer, String.valueOf(e.getMessage()));
                }
            }
        }

        /** A selector waits in whole milliseconds, so the last ones are spent turning round. */
        private void select(long now) throws IOException {
            long wait = idle.isEmpty() ? Long.MAX_VALUE : pace.next(now) - now;
            if (wait <= SPIN_NANOS) {
                selector.selectNow(this::ready);
                return;
            }
            long millis = Math.min(IDLE_MILLIS, TimeUnit.NANOSECONDS.toMillis(wait - SPIN_NANOS));
            selector.select(this::ready, Math.max(1, millis));
        }

        private void ready(SelectionKey key) {
            HttpPeer peer = (HttpPeer) key.attachment();
            try {
                ready(key, peer);
            } catch (IOException | BenchException e) {
                broken(peer, String.valueOf(e.getMessage()));
            }
        }

        private void ready(SelectionKey key, HttpPeer peer) throws IOException {
            if (key.isWritable()) {
                peer.write();
            }
            Verdict verdict = key.isReadable() ? peer.read(scratch) : null;
            if (verdict == null) {
                return;
            }
            long now = time.nanos();
            busy--;
            measurement.finished(peer.intendedNanos(), now, verdict);
            if (peer.isLast()) {
                replace(peer);
            } else {
                idle.add(peer);
            }
            startDue(now);
        }

        private void broken(HttpPeer peer, String why) {
            if (peer.isBusy()) {
                busy--;
                measurement.failed(peer.intendedNanos(), why);
            }
            idle.remove(peer);
            replace(peer);
        }

        private void replace(HttpPeer peer) {
            peer.close();
            if (++reopened > MAX_REOPENED) {
                throw new BenchException("the server closed " + MAX_REOPENED + " connections");
            }
            try {
                idle.add(open(selector, slots++));
            } catch (IOException e) {
                throw new BenchException("cannot connect again: " + e.getMessage());
            }
        }
    }
}
