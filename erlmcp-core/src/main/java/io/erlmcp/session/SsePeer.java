package io.erlmcp.session;

import io.erlmcp.rpc.SharedBytes;
import io.erlmcp.runtime.Threads;
import io.erlmcp.security.Principal;
import io.erlmcp.transport.Connection;
import io.erlmcp.transport.EventStream;
import io.erlmcp.transport.PeerEvidence;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The peer of one HTTP+SSE stream (2024-11-05): what is posted comes in, in order; what it is told
 * goes out as events, which are kept for a while so that it can come back. To the rest of the
 * session layer it is a connection like any other.
 *
 * <p>Process model: has no thread; whoever posts first handles what others post meanwhile.
 */
final class SsePeer implements Connection {
    static final String TRANSPORT = "sse";

    private final String id;
    private final Principal principal;
    private final PeerEvidence evidence;
    private final ServerEndpoint endpoint;
    private final EventLog log;
    private final ResumableStream stream;
    private final ConcurrentLinkedQueue<byte[]> posted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Consumer<SsePeer> ending;
    private final long openedNanos;
    private volatile @Nullable DuplexPeer handler;
    private volatile boolean ended;
    private volatile boolean away;
    private volatile long awaySince;

    /**
     * @param ending hears of the end; may hear twice
     */
    SsePeer(
            String id,
            Principal principal,
            PeerEvidence http,
            ServerEndpoint endpoint,
            Consumer<SsePeer> ending) {
        this.ending = ending;
        this.openedNanos = endpoint.setup().time().nanos();
        this.id = id;
        this.principal = principal;
        this.evidence = new PeerEvidence(TRANSPORT, http.remoteAddress(), http.headers());
        this.endpoint = endpoint;
        this.log = endpoint.newLog();
        this.stream = new ResumableStream(id, () -> log);
    }

    String id() {
        return id;
    }

    Principal principal() {
        return principal;
    }

    /** Begins to listen; {@link #attach} tells the client where it may speak. */
    void open() {
        handler = new DuplexPeer(endpoint, this);
    }

    /** Sends on {@code to}, beginning with where to post. */
    void attach(EventStream to, byte[] postPath) {
        away = false;
        to.send("endpoint", postPath);
        stream.open(to, false);
        if (ended) {
            to.close();
        }
    }

    /** As {@link #attach}, and what was missed; false when that is not known any more. */
    boolean resume(EventId after, Supplier<EventStream> to, byte[] postPath) {
        boolean resumed =
                stream.resume(
                        after,
                        () -> {
                            EventStream opened = to.get();
                            opened.send("endpoint", postPath);
                            return opened;
                        });
        away = away && !resumed;
        return resumed;
    }

    void left(long nowNanos) {
        awaySince = nowNanos;
        away = !stream.isAttached();
        used();
    }

    private void used() {
        DuplexPeer upper = handler;
        if (upper != null) {
            upper.used();
        }
    }

    /** True once its client has a session, to which it can come back. */
    boolean isStarted() {
        DuplexPeer upper = handler;
        return upper != null && upper.hasSession();
    }

    /** True when its client opened it that long ago and did not begin a session since. */
    boolean isUnstartedFor(Duration limit, long nowNanos) {
        return !isStarted() && nowNanos - openedNanos > limit.toNanos();
    }

    boolean isAway() {
        return away && !stream.isAttached();
    }

    /** How messages that belong to no request reach the client, while it is there. */
    LegacySession.Unsolicited unsolicited() {
        return new LegacySession.Unsolicited() {
            @Override
            public void send(SharedBytes message) {
                share(message);
            }

            @Override
            public boolean isOpen() {
                return stream.isAttached();
            }

            @Override
            public void hangUp(String reason) {
                close(reason);
            }
        };
    }

    boolean isAwayFor(Duration limit, long nowNanos) {
        return isAway() && nowNanos - awaySince > limit.toNanos();
    }

    boolean isEnded() {
        return ended;
    }

    /** Handles what was posted, one message at a time. */
    void received(byte[] message) {
        posted.add(message);
        used();
        if (waiting.getAndIncrement() > 0) {
            return;
        }
        do {
            byte[] next = posted.poll();
            DuplexPeer upper = handler;
            if (next != null && upper != null && !ended) {
                deliver(next, upper);
            }
        } while (waiting.decrementAndGet() > 0);
    }

    /** Whatever one message does, those behind it are delivered. */
    private static void deliver(byte[] message, DuplexPeer upper) {
        try {
            upper.message(message);
        } catch (RuntimeException | Error problem) {
            Threads.uncaught(problem);
        }
    }

    @Override
    public String name() {
        return TRANSPORT;
    }

    @Override
    public PeerEvidence evidence() {
        return evidence;
    }

    @Override
    public void send(byte[] buffer, int offset, int length) {
        if (!ended) {
            stream.send(Arrays.copyOfRange(buffer, offset, offset + length));
        }
    }

    @Override
    public void share(SharedBytes message) {
        if (!ended) {
            stream.share(message);
        }
    }

    @Override
    public boolean awaitWritable(Duration limit) throws InterruptedException {
        stream.awaitWritable(limit);
        return !ended;
    }

    @Override
    public void close(String reason) {
        ended = true;
        stream.finish();
        log.close();
        ending.accept(this);
    }

    /** Nobody will come back: what is in progress is cancelled. */
    void end() {
        close("the client left");
        DuplexPeer upper = handler;
        if (upper != null) {
            upper.closed();
        }
    }
}
