package io.erlmcp.http;

import io.erlmcp.http.HttpEvent.CloseReason;
import io.erlmcp.http.HttpServerConfig.Timeouts;
import io.erlmcp.network.LoopMember;
import io.erlmcp.network.LoopState;
import io.erlmcp.network.Outbound;
import io.erlmcp.network.PeerAddress;
import io.erlmcp.runtime.Threads;
import io.erlmcp.transport.PeerEvidence;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection: its phase, its clock, and its answers, one at a time and in order.
 *
 * <p>Process model: made at accept; lives on one event loop, which alone touches its state. Answers
 * come from any thread through {@link #onLoop}. Ends when the peer closes, breaks a rule or is too
 * slow, or the server stops; {@link NettyExchange#disconnected} tells the request in progress.
 */
final class HttpConnection extends LoopMember {
    private final ServerScope scope;
    private final LoopState loop;
    private final Channel channel;
    private final RequestIntake intake;
    private final Outbound out;
    private final String peer;
    private Phase phase = Phase.FIRST;
    private long phaseSince;
    private boolean inRead;
    private long readSince;
    private boolean flushDue;
    private CloseReason closeReason = CloseReason.PEER;
    private @Nullable NettyExchange current;
    private @Nullable NettyEventStream stream;
    private volatile boolean open = true;
    private final PeerEvidence anonymous;

    HttpConnection(ServerScope scope, LoopState loop, Channel channel) {
        this.scope = scope;
        this.loop = loop;
        this.channel = channel;
        this.intake = new RequestIntake(scope, loop, this);
        this.out =
                new Outbound(
                        channel,
                        scope.budgets().unsent(),
                        scope.config().timeouts().write().toNanos());
        this.peer = PeerAddress.of(channel);
        this.anonymous = new PeerEvidence("http", peer, Map.of());
        this.phaseSince = scope.nanos();
    }

    RequestIntake intake() {
        return intake;
    }

    void opened() {
        loop.add(this);
    }

    void readBegins() {
        inRead = true;
        readSince = scope.nanos();
    }

    void readEnds() {
        inRead = false;
        if (flushDue) {
            flushDue = false;
            out.flush();
        }
    }

    boolean isClosing() {
        return phase == Phase.CLOSING || phase == Phase.CLOSED;
    }

    /** Whether bytes may be read as part of a request now. */
    boolean mayRead() {
        return phase.isReading() || (phase == Phase.IDLE && channel.isWritable());
    }

    void readMore(boolean more) {
        if (channel.config().isAutoRead() != more) {
            channel.config().setAutoRead(more);
        }
    }

    void headBegins() {
        if (phase == Phase.IDLE) {
            enter(Phase.HEAD);
        }
    }

    void begin(NettyExchange exchange) {
        current = exchange;
    }

    void write(byte[] bytes) {
        out.write(channel.alloc().directBuffer(bytes.length).writeBytes(bytes));
        flushSoon();
    }

    void writabilityChanged() {
        out.settle();
        if (stream != null) {
            stream.writabilityChanged();
        }
        if (phase == Phase.IDLE && channel.isWritable()) {
            intake.resume();
        }
    }

    void closed() {
        open = false;
        phase = Phase.CLOSED;
        loop.remove(this);
        intake.clear();
        out.closed();
        scope.tell(new HttpEvent.ConnectionClosed(peer, closeReason));
        NettyExchange exchange = current;
        NettyEventStream streaming = stream;
        current = null;
        stream = null;
        if (streaming != null) {
            streaming.disconnected();
        }
        if (exchange != null) {
            exchange.disconnected();
        }
    }

    boolean isOpen() {
        return open;
    }

    boolean isOnLoop() {
        return channel.eventLoop().inEventLoop();
    }

    boolean isWritable() {
        return channel.isWritable();
    }

    String peer() {
        return peer;
    }

    ByteBufAllocator allocator() {
        return channel.alloc();
    }

    PeerEvidence anonymousEvidence() {
        return anonymous;
    }

    ServerScope scope() {
        return scope;
    }

    long unsentBytes() {
        return out.unsentBytes();
    }

    /** Runs {@code work} on the loop, or {@code otherwise} here when the loop is gone. */
    void onLoop(Runnable work, Runnable otherwise) {
        if (isOnLoop()) {
            work.run();
            return;
        }
        later(work, otherwise);
    }

    /** Runs {@code work} on the loop when what it does now is over. */
    void later(Runnable work, Runnable otherwise) {
        try {
            channel.eventLoop().execute(work);
        } catch (RejectedExecutionException stopped) {
            otherwise.run();
        }
    }

    /** Runs {@code work} on a virtual thread; those of one turn of the loop start together. */
    void start(String name, Runnable work) {
        if (isOnLoop()) {
            loop.start(name, work, channel.eventLoop());
        } else {
            Threads.startVirtual(name, work);
        }
    }

    void answer(NettyExchange exchange, ByteBuf bytes, boolean close) {
        if (current != exchange || phase != Phase.BUSY) {
            bytes.release();
            return;
        }
        out.write(bytes);
        complete(close);
    }

    /** Answers with 101 and leaves the channel to another protocol; not during a read. */
    void switchTo(NettyExchange exchange, ByteBuf head, UpgradableExchange.Taker taker) {
        if (current != exchange || phase != Phase.BUSY) {
            head.release();
            return;
        }
        out.write(head);
        out.flush();
        closeReason = CloseReason.SWITCHED;
        byte[] rest = intake.rest();
        closed();
        intake.leaveTo(channel, rest, () -> taker.take(channel, loop));
    }

    void startStream(NettyExchange exchange, NettyEventStream started, ByteBuf head) {
        onLoop(
                () -> {
                    if (current != exchange || phase != Phase.BUSY) {
                        head.release();
                        started.disconnected();
                        return;
                    }
                    stream = started;
                    out.pieceByPiece();
                    enter(Phase.STREAM);
                    out.write(head);
                    flushSoon();
                    started.drain();
                },
                head::release);
    }

    /** Writes a piece of the stream; its silence counts from here. */
    void writeStream(ByteBuf bytes) {
        out.write(bytes);
        phaseSince = scope.nanos();
        flushSoon();
    }

    /** The answer is complete: closes, or goes on with the next request. */
    void complete(boolean close) {
        if (current != null) {
            current.finished();
        }
        current = null;
        stream = null;
        out.asUsual();
        if (close) {
            closeAfterFlush(CloseReason.ANSWERED, false);
            return;
        }
        enter(Phase.IDLE);
        flushSoon();
        intake.resume();
    }

    private void flushSoon() {
        if (inRead) {
            flushDue = true;
        } else {
            out.flush();
        }
    }

    /** Refuses a request; {@code head} is its head, as far as it was read. */
    void refuse(HttpRefusal refusal, @Nullable RequestHead head) {
        if (isClosing()) {
            return;
        }
        int status = refusal.status();
        scope.tell(new HttpEvent.RequestRefused(peer, status, refusal.reason()));
        byte[] body = ErrorBody.of(refusal.reason());
        if (head != null && !head.hasBody()) {
            answerItself(head, status, ErrorBody.headers(status), body);
            return;
        }
        var framing = scope.cautiousFraming(head, true);
        var content = ResponseEncoder.Body.of(body);
        out.write(
                ResponseEncoder.answer(
                        channel.alloc(), framing, status, ErrorBody.headers(status), content));
        closeAfterFlush(phase.reasonOf(status), true);
    }

    /** Answers a request without a body, which leaves the connection in order. */
    void answerItself(RequestHead head, int status, List<String> headers, byte @Nullable [] body) {
        boolean close = scope.closesAfter(head);
        var framing = scope.cautiousFraming(head, close);
        var content = body == null ? ResponseEncoder.Body.NONE : ResponseEncoder.Body.of(body);
        out.write(ResponseEncoder.answer(channel.alloc(), framing, status, headers, content));
        complete(close);
    }

    /** With {@code drain} the peer may still be sending, and would lose the answer to a reset. */
    void closeAfterFlush(CloseReason reason, boolean drain) {
        enter(Phase.CLOSING);
        closeReason = reason;
        intake.clear();
        flushDue = false;
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(
                        done -> {
                            if (drain && done.isSuccess()) {
                                out.end();
                                readMore(true);
                            } else {
                                disconnect();
                            }
                        });
        out.settle();
    }

    /** Ends the connection at once, and whatever waits in it. */
    void cut(CloseReason reason) {
        if (phase == Phase.CLOSED) {
            return;
        }
        // the first reason stands: what fails while a connection is cut is a consequence
        if (closeReason == CloseReason.PEER) {
            closeReason = reason;
        }
        disconnect();
    }

    /** Ends the connection at once: its peer does not read {@code slow}, unless that has ended. */
    void cutSlowReader(@Nullable NettyEventStream slow, String why) {
        if (stream != slow) {
            return;
        }
        closeReason = CloseReason.SLOW_READER;
        if (channel.isOpen()) {
            scope.tell(new HttpEvent.SlowReaderCut(peer, out.unsentBytes(), why));
            // a reset, so that the kernel drops what it holds for this peer
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        disconnect();
    }

    @Override
    protected void tick(long nowNanos) {
        out.settle();
        Timeouts timeouts = scope.config().timeouts();
        if (out.isStalled(nowNanos)) {
            cutSlowReader(stream, "it took less than 1 KiB a second for " + timeouts.write());
            return;
        }
        switch (phase.due(nowNanos - phaseSince, timeouts, scope.isDraining(), intake.isEmpty())) {
            case NOTHING -> {} // there is time left
            case STOP -> cut(CloseReason.SHUTDOWN);
            case SILENT ->
                    cut(phase == Phase.FIRST ? CloseReason.HEADER_TIMEOUT : CloseReason.IDLE);
            case SLOW_HEAD ->
                    intake.refuse(
                            new HttpRefusal(
                                    408, "headers did not arrive within " + timeouts.header()));
            case SLOW_BODY ->
                    intake.refuse(
                            new HttpRefusal(408, "body did not arrive within " + timeouts.body()));
            case QUIET_STREAM -> {
                if (stream != null) {
                    stream.keepAlive();
                }
            }
            case LINGERED -> {
                if (out.unsentBytes() == 0) {
                    disconnect();
                }
            }
        }
    }

    private void disconnect() {
        var _ = channel.close();
    }

    @Override
    protected void end() {
        if (stream != null) {
            stream.serverStops();
        }
    }

    void enter(Phase next) {
        phase = next;
        phaseSince = inRead ? readSince : scope.nanos(); // one look at the clock for each read
    }

    @Override
    protected void cutOff() {
        cut(CloseReason.SHUTDOWN);
    }
}
