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
 * Load over connections that stay open, one request at a time on each.
 *
 * <p>Process model: the thread that calls {@link #run} does everything, on one selector; nothing is
 * left when it returns.
 */
final class SocketLoad {
    /** Opens the connection of a slot, ready for its first operation; waits for it. */
    @FunctionalInterface
    interface Opening {
        LoadPeer open(Selector selector, int slot) throws IOException;
    }

    private static final int SCRATCH_BYTES = 64 << 10;
    private static final long IDLE_MILLIS = 50;
    private static final long SPIN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_REOPENED = 10_000;

    private final BenchPlan plan;
    private final Time time;
    private final Opening opening;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
    private final Deque<LoadPeer> idle = new ArrayDeque<>();
    private int busy;
    private int slots;
    private int reopened;

    private SocketLoad(BenchPlan plan, Opening opening, Time time) {
        this.plan = plan;
        this.time = time;
        this.opening = opening;
    }

    /** Over HTTP/1.1. */
    static SocketLoad http(BenchPlan plan, BenchTarget.Http target, Time time) {
        var run = HttpOperation.Run.of(plan, target, new SplittableRandom());
        InetSocketAddress address = target.address();
        return new SocketLoad(
                plan,
                (selector, slot) -> HttpPeer.open(new HttpOperation(run, slot), address, selector),
                time);
    }

    /** Over connections that carry messages both ways. */
    static SocketLoad duplex(BenchPlan plan, BenchTarget.Duplex target, Time time) {
        var run = DuplexPeer.Run.of(plan, target);
        return new SocketLoad(plan, (selector, slot) -> DuplexPeer.open(run, slot, selector), time);
    }

    Tally run(Consumer<String> progress) {
        try (Selector selector = Selector.open()) {
            try {
                for (int i = 0; i < plan.concurrency(); i++) {
                    idle.add(opening.open(selector, i));
                }
                return new Run(selector, new Measurement(plan, time, progress)).run();
            } finally {
                selector.keys().forEach(key -> ((LoadPeer) key.attachment()).close());
            }
        } catch (IOException e) {
            throw new BenchException(plan.target().text() + ": " + e.getMessage());
        }
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
                            ? Pace.fixed(
                                    plan.ratePerSecond(),
                                    measurement.startNanos(),
                                    measurement.measureNanos())
                            : Pace.asAnswered();
            slots = plan.concurrency();
        }

        Tally run() throws IOException {
            long last = measurement.endNanos() + PATIENCE.toNanos();
            long now = time.nanos();
            while (now < last && (busy > 0 || isMore(now))) {
                startDue(now);
                select(now);
                now = time.nanos();
                measurement.tick(now);
            }
            measurement.unanswered(busy + pace.leftBefore(measurement.endNanos()));
            return measurement.tally();
        }

        private boolean isMore(long now) {
            return pace.next(now) < measurement.endNanos();
        }

        private void startDue(long now) throws IOException {
            while (!idle.isEmpty() && pace.next(now) <= now && isMore(now)) {
                LoadPeer peer = idle.poll();
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
            LoadPeer peer = (LoadPeer) key.attachment();
            try {
                ready(key, peer);
            } catch (IOException | BenchException e) {
                broken(peer, String.valueOf(e.getMessage()));
            }
        }

        private void ready(SelectionKey key, LoadPeer peer) throws IOException {
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

        private void broken(LoadPeer peer, String why) {
            if (peer.isBusy()) {
                busy--;
                measurement.failed(peer.intendedNanos(), why);
            }
            idle.remove(peer);
            replace(peer);
        }

        private void replace(LoadPeer peer) {
            peer.close();
            if (++reopened > MAX_REOPENED) {
                throw new BenchException("the server closed " + MAX_REOPENED + " connections");
            }
            try {
                idle.add(opening.open(selector, slots++));
            } catch (IOException e) {
                throw new BenchException("cannot connect again: " + e.getMessage());
            }
        }
    }
}
