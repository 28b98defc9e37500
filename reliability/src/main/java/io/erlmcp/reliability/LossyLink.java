package io.erlmcp.reliability;

import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A bad line between two interfaces: packets come late, twice, in another order, or never.
 *
 * <p>Process model: two platform threads for each direction, one reads, one writes what is due;
 * {@link #close} joins them. A packet that the other side cannot take counts as lost.
 */
final class LossyLink implements AutoCloseable {
    /** What happens to packets. Shares are of one. */
    record Faults(Duration delay, double lost, double twice, double late, Duration lateBy) {}

    private static final Duration POLL = Duration.ofMillis(100);
    private static final int MAX_WAITING = 20_000;

    private final Faults faults;
    private final Findings findings;
    private final List<Direction> directions = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;
    private volatile boolean cut;

    LossyLink(TunDevice one, TunDevice other, Faults faults, Random random, Findings findings) {
        this.faults = faults;
        this.findings = findings;
        start("to node", one, other, new Random(random.nextLong()));
        start("to clients", other, one, new Random(random.nextLong()));
    }

    private void start(String name, TunDevice from, TunDevice to, Random random) {
        Direction direction = new Direction(from, to, random);
        directions.add(direction);
        threads.add(Threads.startPlatform("packets " + name, direction::read));
        threads.add(Threads.startPlatform("late packets " + name, direction::write));
    }

    /** From now on nothing comes through. */
    void cut() {
        cut = true;
    }

    @Override
    public void close() {
        stopped = true;
        directions.forEach(Direction::wake);
        for (Thread thread : threads) {
            try {
                thread.join(POLL.multipliedBy(50));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
    private record Packet(byte[] bytes, long dueNanos, long number) {}

    private final class Direction {
        private final TunDevice from;
        private final TunDevice to;
        private final Random random;

        /** Guards the fields below. */
        private final ReentrantLock lock = new ReentrantLock();

        private final Condition changed = lock.newCondition();
        private final PriorityQueue<Packet> waiting =
                new PriorityQueue<>(
                        Comparator.comparingLong(Packet::dueNanos)
                                .thenComparingLong(Packet::number));
        private long lastNumber;
        private long newestWritten;

        Direction(TunDevice from, TunDevice to, Random random) {
            this.from = from;
            this.to = to;
            this.random = random;
        }

        void read() {
            try {
                while (!stopped) {
                    byte[] packet = from.read(POLL);
                    if (packet.length > 0) {
                        take(packet);
                    }
                }
            } catch (IOException e) {
                findings.fail("the line broke: " + e);
            }
        }

        private void take(byte[] packet) {
            findings.count("packets", 1);
            if (cut || random.nextDouble() < faults.lost()) {
                findings.count("packets_lost", 1);
                return;
            }
            add(packet);
            if (random.nextDouble() < faults.twice()) {
                findings.count("packets_twice", 1);
                add(packet);
            }
        }

        private void add(byte[] packet) {
            long due = System.nanoTime() + faults.delay().toNanos();
            if (random.nextDouble() < faults.late()) {
                due += (long) (random.nextDouble() * faults.lateBy().toNanos());
            }
            lock.lock();
            try {
                if (waiting.size() < MAX_WAITING) {
                    waiting.add(new Packet(packet, due, ++lastNumber));
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }

        void wake() {
            lock.lock();
            try {
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        void write() {
            try {
                for (Packet next = next(); next != null; next = next()) {
                    send(next);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void send(Packet packet) {
            if (packet.number() < newestWritten) {
                findings.count("packets_overtaken", 1);
            }
            newestWritten = Math.max(newestWritten, packet.number());
            try {
                to.write(packet.bytes());
            } catch (IOException e) {
                findings.count("packets_refused", 1);
            }
        }

        /** The next packet, when it is due; null at the end. */
        private @Nullable Packet next() throws InterruptedException {
            lock.lock();
            try {
                while (!stopped) {
                    Packet first = waiting.peek();
                    long nanos = first == null ? 0 : first.dueNanos() - System.nanoTime();
                    if (first != null && nanos <= 0) {
                        return waiting.remove();
                    }
                    long longest = POLL.toNanos();
                    var _ =
                            changed.await(
                                    first == null ? longest : Math.min(longest, nanos),
                                    TimeUnit.NANOSECONDS);
                }
                return null;
            } finally {
                lock.unlock();
            }
        }
    }
}
