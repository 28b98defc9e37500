/* tidy: file-length, because what may end one connection stands in one place. */
package io.erlmcp.network;

import io.erlmcp.network.ConnectionEvent.Reason;
import io.erlmcp.rpc.SharedBytes;
import io.erlmcp.transport.Connection;
import io.erlmcp.transport.ConnectionHandler;
import io.erlmcp.transport.PeerEvidence;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A connection that carries messages both ways: one TCP, Unix or WebSocket peer.
 *
 * <p>Process model: made at accept (or when an HTTP connection switched); lives on one event loop,
 * which alone touches its state. Messages to the peer come from any thread into a bounded queue.
 * What the peer does not read stays bounded: the connection stops reading, producers wait in {@link
 * #awaitWritable}, and a peer that takes nothing for the write time-out is cut.
 */
public final class PeerConnection extends LoopMember implements Connection {
    private final PeerScope scope;
    private final LoopState loop;
    private final Channel channel;
    private final Framing framing;
    private final PeerEvidence evidence;
    private final String peer;
    private final Outbound out;
    private final SendQueue queue;
    private final PeerClock clock;
    private final AtomicBoolean drainDue = new AtomicBoolean();

    /** Set with the first reason to close; nothing is queued behind the last words. */
    private volatile @Nullable String farewell;

    /** Whether it is told what many are told, for which nobody waits. */
    private volatile boolean toldWithMany;

    private @Nullable ConnectionHandler handler;
    private boolean inRead;
    private boolean writing;
    private boolean closing;
    private boolean gone;
    private Reason reason = Reason.PEER;
    private boolean halfClosed;

    public PeerConnection(
            PeerScope scope,
            LoopState loop,
            Channel channel,
            Framing framing,
            PeerEvidence evidence) {
        this.scope = scope;
        this.loop = loop;
        this.channel = channel;
        this.framing = framing;
        this.evidence = evidence;
        this.peer = String.valueOf(evidence.remoteAddress());
        this.out = new Outbound(channel, scope.unsent(), scope.limits().write().toNanos());
        // so that nothing but the message being written waits outside of our own queue
        out.pieceByPiece();
        this.queue = new SendQueue(scope.unsent(), scope.limits().backpressureBytes());
        this.clock = new PeerClock(scope.time().nanos());
    }

    /**
     * Lets the peer in.
     *
     * @return false when the endpoint wants nothing of it
     */
    public boolean open(int count) {
        loop.add(this);
        handler = scope.endpoint().connected(this);
        scope.tell(new ConnectionEvent.Opened(scope.transport(), peer, count));
        return farewell == null;
    }

    /** Bytes came. */
    public void readBegins(int bytes) {
        inRead = true;
        clock.heard(scope.time().nanos());
        scope.traffic().read(bytes);
    }

    /** Nothing more to read for now: what was answered meanwhile leaves. */
    public void readEnds() {
        inRead = false;
        drain();
    }

    /** Whether messages are still listened to. */
    public boolean isListening() {
        return !closing && farewell == null && !gone;
    }

    public void received(byte[] message) {
        scope.traffic().received();
        ConnectionHandler upper = handler;
        if (upper == null || !isListening()) {
            return;
        }
        try {
            upper.message(message);
        } catch (RuntimeException | StackOverflowError failure) {
            failed(failure);
        }
    }

    /** A bug ended what the connection was for. */
    public void failed(Throwable failure) {
        scope.tell(new ConnectionEvent.HandlerFailed(scope.transport(), failure));
        cut(Reason.ERROR);
    }

    /** The peer sent what is no message; the connection stays. */
    public void malformed(String why) {
        scope.tell(new ConnectionEvent.Malformed(scope.transport(), peer, why));
        ConnectionHandler upper = handler;
        if (upper != null && isListening()) {
            upper.malformed(why);
        }
    }

    /**
     * Whether part of a message has come; its time counts from the first call with true to the next
     * with false.
     */
    public void partial(boolean isPartial) {
        clock.partial(isPartial, scope.time().nanos());
    }

    /** The peer ended its output: answers of what is in progress can still be sent. */
    public void inputEnded() {
        halfClosed = true;
        if (activity() != ConnectionHandler.Activity.CALLING) {
            close("the peer ended its input");
        }
    }

    public void writabilityChanged() {
        out.settle();
        drain();
    }

    /** The socket is closed. */
    public void closed() {
        if (gone) {
            return;
        }
        gone = true;
        loop.remove(this);
        queue.close();
        out.closed();
        scope.tell(new ConnectionEvent.Closed(scope.transport(), peer, reason));
        if (handler != null) {
            handler.closed();
        }
    }

    @Override
    public String name() {
        return scope.transport() + " " + peer;
    }

    @Override
    public PeerEvidence evidence() {
        return evidence;
    }

    @Override
    public void send(byte[] buffer, int offset, int length) {
        if (takesMore()) {
            enqueue(Waiting.own(framing.message(buffer, offset, length)));
        }
    }

    @Override
    public void share(SharedBytes begin, byte[] end) {
        toldWithMany = true;
        if (takesMore()) {
            enqueue(framing.message(begin, end));
        }
    }

    private boolean takesMore() {
        boolean tooMuch = farewell == null && queue.isOver(scope.limits().maxUnsentBytes());
        if (tooMuch) {
            onLoop(() -> cutSlowReader(queue.bytes() + " bytes wait for it"));
        }
        return farewell == null && !tooMuch;
    }

    private void enqueue(Waiting message) {
        queue.add(message);
        if (drainDue.compareAndSet(false, true)) {
            onLoop(this::drain);
        }
    }

    private void onLoop(Runnable work) {
        if (channel.eventLoop().inEventLoop()) {
            work.run();
            return;
        }
        try {
            channel.eventLoop().execute(work);
        } catch (RejectedExecutionException stopped) {
            queue.close();
        }
    }

    @Override
    public boolean awaitWritable(Duration limit) throws InterruptedException {
        if (channel.eventLoop().inEventLoop()) {
            return !queue.isFull();
        }
        boolean room = queue.awaitRoom(limit);
        if (!room) {
            onLoop(() -> cutSlowReader("a producer waited for " + limit));
        }
        return room;
    }

    @Override
    public Duration patience(Duration usual) {
        return scope.limits().write();
    }

    @Override
    public void close(String why) {
        if (farewell == null) {
            farewell = why;
            onLoop(this::drain);
        }
    }

    private void writeWaiting() {
        writing = true;
        try {
            do {
                ByteBuf together =
                        channel.isWritable() ? queue.take(channel.alloc(), scope.traffic()) : null;
                if (together != null) {
                    out.write(together);
                }
                out.flush();
            } while (channel.isWritable() && !queue.isEmpty() && channel.isActive());
        } finally {
            writing = false;
        }
    }

    private void drain() {
        drainDue.set(false);
        if (gone || inRead || writing) {
            return;
        }
        writeWaiting();
        if (toldWithMany && queue.holdsTooMuch()) {
            cutSlowReader("the server holds too many unsent bytes, and it does not read its own");
            return;
        }
        String why = farewell;
        if (why != null && !closing && queue.isEmpty()) {
            endWith(framing.farewell(why), framing.endsOutput());
        }
        if (!closing) {
            boolean more = !queue.isFull();
            if (channel.config().isAutoRead() != more) {
                channel.config().setAutoRead(more);
            }
        }
    }

    /**
     * Sends what is no message, such as the answer to a ping, before what waits; left out while the
     * peer does not read, for it would wait without a bound.
     */
    public void control(byte[] bytes) {
        if (!gone && !closing && channel.isWritable()) {
            out.write(Unpooled.wrappedBuffer(bytes));
            out.flush();
        }
    }

    /**
     * Ends with {@code last}: what waits and is not taken now is dropped, then the connection
     * closes.
     *
     * @param endOutput whether our output ends now; otherwise the peer is waited for
     */
    public void endWith(byte[] last, boolean endOutput) {
        if (closing || gone) {
            return;
        }
        writeWaiting();
        closing = true;
        clock.closing(scope.time().nanos());
        farewell = farewell == null ? "" : farewell;
        reason = reason == Reason.PEER ? Reason.CLOSED : reason;
        queue.close();
        channel.config().setAutoRead(true);
        channel.writeAndFlush(Unpooled.wrappedBuffer(last))
                .addListener(
                        (ChannelFutureListener)
                                done -> {
                                    // where both have said all, waiting would hold a descriptor
                                    if (!done.isSuccess() || (endOutput && halfClosed)) {
                                        disconnect();
                                    } else if (endOutput) {
                                        out.end();
                                    }
                                });
        out.settle();
    }

    /** The peer sent what ends the connection. */
    public void refused(String why) {
        scope.tell(new ConnectionEvent.Malformed(scope.transport(), peer, why));
    }

    /** The peer answered our last words: nothing is left to say. */
    public void answered() {
        if (closing) {
            disconnect();
        }
    }

    public void disconnect() {
        var _ = channel.close();
    }

    /** Ends the connection at once, and whatever waits in it. */
    public void cut(Reason why) {
        if (gone) {
            return;
        }
        reason = reason == Reason.PEER ? why : reason;
        queue.close();
        disconnect();
    }

    /** Gives up a peer that does not read. */
    private void cutSlowReader(String why) {
        if (gone || reason == Reason.SLOW_READER) {
            return;
        }
        if (handler != null) {
            handler.cut(why);
        }
        if (channel.isOpen() && channel instanceof SocketChannel) {
            // a reset, so that the kernel drops what it holds for this peer
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        cut(Reason.SLOW_READER);
    }

    @Override
    protected void tick(long nowNanos) {
        out.settle();
        PeerLimits limits = scope.limits();
        if (out.isStalled(nowNanos)) {
            cutSlowReader("it took less than 1 KiB a second for " + limits.write());
        } else if (closing) {
            if (clock.hasLingered(nowNanos) && out.unsentBytes() == 0) {
                disconnect();
            }
        } else if (clock.isMessageLate(nowNanos, limits)) {
            cut(Reason.MESSAGE_TIMEOUT);
        } else if (clock.isQuiet(nowNanos) && mayEnd()) {
            close(Reason.SHUTDOWN, "the server stops");
        } else if (clock.isSilent(nowNanos, limits) && isIdle()) {
            close(Reason.IDLE, "nothing came for " + limits.idle());
        } else {
            ping(nowNanos, limits);
        }
    }

    private void close(Reason because, String why) {
        reason = reason == Reason.PEER && !halfClosed ? because : reason;
        close(why);
    }

    private boolean mayEnd() {
        return (loop.isDraining() || halfClosed)
                && queue.isEmpty()
                && activity() != ConnectionHandler.Activity.CALLING;
    }

    /** A peer that must answer pings and does not is gone, whatever is under way. */
    private boolean isIdle() {
        return framing.ping() != null || activity() == ConnectionHandler.Activity.NONE;
    }

    private ConnectionHandler.Activity activity() {
        ConnectionHandler upper = handler;
        return upper == null ? ConnectionHandler.Activity.NONE : upper.activity();
    }

    private void ping(long nowNanos, PeerLimits limits) {
        byte[] ping = framing.ping();
        if (ping != null && clock.isPingDue(nowNanos, limits)) {
            clock.pinged(nowNanos);
            control(ping);
        }
    }

    @Override
    protected void end() {
        close(Reason.SHUTDOWN, "the server stops");
    }

    @Override
    protected void cutOff() {
        cut(Reason.SHUTDOWN);
    }
}
