package io.erlmcp.testkit;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.Event;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.runtime.Timers;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import java.time.Duration;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A client's transport that loses, repeats, delays and breaks on purpose, by {@link Faults} and a
 * seed. After a cut, sending fails until the client restarts the transport.
 *
 * <p>Process model: owns one timer thread for late messages, ended by {@link #close}. One lock
 * guards the random numbers, the counts and the cut; nothing is sent or handed over while it is
 * held.
 */
public final class FaultyTransport extends WrappedTransport {
    private final Direction toServer;
    private final Direction toClient;
    private final Timers timers = new Timers("faulty-transport");
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable ClientReceiver receiver;
    private long messages;
    private long bytes;
    private int generation;
    private boolean cut;
    private boolean cutBefore;

    private FaultyTransport(
            ClientTransport inner, Faults toServer, Faults toClient, SplittableRandom random) {
        super(inner);
        this.toServer = new Direction(toServer, random.split());
        this.toClient = new Direction(toClient, random.split());
    }

    /** The transport with the same faults in both directions. */
    public static FaultyTransport over(ClientTransport inner, Faults faults, long seed) {
        return over(inner, faults, faults, seed);
    }

    /** The transport with faults; the same seed and messages meet the same faults. */
    public static FaultyTransport over(
            ClientTransport inner, Faults toServer, Faults toClient, long seed) {
        return new FaultyTransport(inner, toServer, toClient, new SplittableRandom(seed));
    }

    /** Messages that went through, both ways, copies not counted. */
    public long messages() {
        lock.lock();
        try {
            return messages;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void open(ClientReceiver upper) {
        receiver = upper;
        super.open(new Hearing(upper));
    }

    @Override
    public void send(OutgoingMessage message) {
        if (!toServer.pass(message.body().length, () -> sendNow(message))) {
            throw new TransportException(TransportException.Kind.BROKEN, name() + " was cut");
        }
    }

    private void sendNow(OutgoingMessage message) {
        try {
            super.send(message);
        } catch (TransportException e) {
            RequestId id = message.id();
            ClientReceiver upper = receiver;
            if (id != null && upper != null) {
                upper.failed(id, e);
            }
        }
    }

    @Override
    public void restart() {
        super.restart();
        lock.lock();
        try {
            cut = false;
            generation++;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        timers.close();
        super.close();
    }

    private void sayCut() {
        ClientReceiver upper = receiver;
        if (upper != null) {
            upper.closed(
                    new TransportException(TransportException.Kind.BROKEN, name() + " was cut"));
        }
    }

    /** One message on its way; of an old generation it never arrives. */
    private record Late(int generation, Runnable handOver) {}

    /** One way of the path, with random numbers of its own. */
    private final class Direction {
        private final Faults faults;
        private final SplittableRandom random;

        /** Late messages in their order; each timer hands over the first, whichever it was for. */
        private final Queue<Late> waiting = new ConcurrentLinkedQueue<>();

        Direction(Faults faults, SplittableRandom random) {
            this.faults = faults;
            this.random = random;
        }

        /** Lets a message through as the faults want it; false once the path is cut. */
        boolean pass(int size, Runnable handOver) {
            int copies;
            boolean cutsBehind;
            lock.lock();
            try {
                if (cut) {
                    return false;
                }
                messages++;
                bytes += size;
                cutsBehind = isCutDue();
                cut = cutsBehind;
                cutBefore |= cutsBehind;
                copies = copies();
                if (isLate()) {
                    hold(copies, new Late(generation, handOver));
                    copies = 0;
                }
            } finally {
                lock.unlock();
            }
            for (int i = 0; i < copies; i++) {
                handOver.run();
            }
            if (cutsBehind) {
                sayCut();
            }
            return true;
        }

        private boolean isSpared() {
            return messages <= faults.spared();
        }

        private boolean isLate() {
            return !isSpared() && !faults.maxDelay().isZero();
        }

        private int copies() {
            if (isSpared()) {
                return 1;
            }
            boolean drops = random.nextDouble() < faults.dropRate();
            boolean repeats = random.nextDouble() < faults.duplicateRate();
            return drops ? 0 : repeats ? 2 : 1;
        }

        private boolean isCutDue() {
            boolean many = faults.cutAfterMessages() > 0 && messages >= faults.cutAfterMessages();
            boolean large = faults.cutAfterBytes() > 0 && bytes >= faults.cutAfterBytes();
            return (many || large) && !cutBefore;
        }

        private void hold(int copies, Late late) {
            for (int i = 0; i < copies; i++) {
                Duration delay = Duration.ofNanos(random.nextLong(faults.maxDelay().toNanos() + 1));
                if (faults.reorders()) {
                    timers.after(delay, () -> handOver(late));
                } else {
                    waiting.add(late);
                    timers.after(delay, () -> handOver(waiting.remove()));
                }
            }
        }

        private void handOver(Late late) {
            lock.lock();
            try {
                if (cut || late.generation() != generation) {
                    return;
                }
            } finally {
                lock.unlock();
            }
            late.handOver().run();
        }
    }

    private final class Hearing implements ClientReceiver {
        private final ClientReceiver upper;

        Hearing(ClientReceiver upper) {
            this.upper = upper;
        }

        @Override
        public boolean message(byte[] message, @Nullable RequestId of) {
            toClient.pass(message.length, () -> upper.message(message.clone(), of));
            // Lost or late, an answer ends the stream that it came on.
            return of != null && isAnswer(message);
        }

        private static boolean isAnswer(byte[] message) {
            try {
                return Json.parse(message) instanceof JsonObject members
                        && members.get("method") == null;
            } catch (JsonException e) {
                return false;
            }
        }

        @Override
        public void failed(RequestId id, TransportException failure) {
            upper.failed(id, failure);
        }

        @Override
        public void closed(TransportException failure) {
            upper.closed(failure);
        }

        @Override
        public void sessionLost(TransportException failure) {
            upper.sessionLost(failure);
        }

        @Override
        public ClientReceiver ofNextPath() {
            ClientReceiver next = upper.ofNextPath();
            receiver = next;
            return new Hearing(next);
        }

        @Override
        public void observed(Event event) {
            upper.observed(event);
        }
    }
}
