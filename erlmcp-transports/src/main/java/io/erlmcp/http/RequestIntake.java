package io.erlmcp.http;

import io.erlmcp.network.HeldBytes;
import io.erlmcp.network.LoopState;
import io.erlmcp.runtime.Threads;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The way in of one connection: takes what the engine read, finds requests in it one at a time,
 * checks them, and starts their handlers. Lives on its connection's loop.
 */
final class RequestIntake extends ChannelInboundHandlerAdapter {
    private static final byte[] CONTINUE = Ascii.bytes("HTTP/1.1 100 Continue\r\n\r\n");

    private final ServerScope scope;
    private final LoopState loop;
    private final HttpConnection connection;
    private final RequestReader reader;
    private final HeldBytes held;
    private boolean advancing;
    private boolean surplus;

    /** The last head that passed its checks, which look at nothing else; and where it leads. */
    private @Nullable RequestHead checked;

    private @Nullable HttpRoute route;

    RequestIntake(ServerScope scope, LoopState loop, HttpConnection connection) {
        this.scope = scope;
        this.loop = loop;
        this.connection = connection;
        this.reader = new RequestReader(scope.config().limits());
        this.held = new HeldBytes(scope.budgets().received());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        connection.opened();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        connection.readBegins();
        try {
            if (!connection.isClosing()) {
                take(bytes);
            }
        } finally {
            bytes.release();
        }
    }

    private void take(ByteBuf bytes) {
        int count = bytes.readableBytes();
        if (held.isEmpty() && count <= LoopState.SCRATCH_BYTES && connection.mayRead()) {
            bytes.readBytes(loop.scratch(), 0, count);
            int at = advance(loop.scratch(), 0, count);
            if (at < count && !connection.isClosing()) {
                held.append(loop.scratch(), at, count - at);
            }
            account();
        } else {
            held.append(bytes);
            resume();
        }
    }

    /** Goes on with what is held, as far as the connection lets requests in. */
    void resume() {
        if (advancing) {
            return;
        }
        if (!held.isEmpty()) {
            held.consumeTo(advance(held.bytes(), held.from(), held.to()));
        }
        account();
    }

    /**
     * Reads requests from bytes until they end, or one must be answered first; returns where it
     * stopped.
     */
    private int advance(byte[] bytes, int from, int to) {
        int at = from;
        advancing = true;
        try {
            while (at < to && connection.mayRead()) {
                connection.headBegins();
                int next = reader.read(bytes, at, to);
                boolean stuck = next == at;
                at = next;
                if (reader.isHeadRead()) {
                    checkHead(to - at);
                } else if (reader.isDone()) {
                    dispatch();
                } else if (stuck) {
                    break;
                }
            }
        } catch (HttpRefusal refusal) {
            connection.refuse(refusal, null);
        } finally {
            advancing = false;
        }
        return at;
    }

    /** Counts what is held; stops reading while bytes wait behind a request in progress. */
    private void account() {
        if (connection.isClosing()) {
            clear();
            return;
        }
        if (!connection.mayRead()) {
            held.chargeAnyway(reader.heldBytes());
        } else if (!held.charge(reader.heldBytes())) {
            refuse(ErrorBody.tooMuchReceived(scope.budgets().received()));
            return;
        }
        connection.readMore(held.isEmpty() || connection.mayRead());
    }

    private void checkHead(int available) {
        RequestHead head = reader.head();
        try {
            if (!head.equals(checked)) {
                RequestChecks.access(head, scope.rules());
                if (RequestChecks.isPreflight(head) && !head.hasBody()) {
                    preflight(head);
                    return;
                }
                RequestChecks.form(head);
                route = routeOf(head);
                RequestChecks.body(head);
                checked = head;
            }
            if (surplus && isSurplus() && !isForProbes()) {
                throw ErrorBody.noMoreConnections();
            }
            if (scope.budgets().unsent().isExhausted()) {
                throw ErrorBody.tooMuchUnsent(scope.budgets().unsent());
            }
            beginBody(head, available);
        } catch (HttpRefusal refusal) {
            refuse(refusal);
        }
    }

    /** Whether the node lets no more connections in, and this one came nevertheless. */
    void surplus(boolean isSurplus) {
        surplus = isSurplus;
    }

    /** Asked for each request, until the connection is not one too many any more. */
    private boolean isSurplus() {
        surplus = !scope.gate().admits();
        return surplus;
    }

    private boolean isForProbes() {
        HttpRoute to = route;
        return to != null && to.isForProbes();
    }

    private void preflight(RequestHead head) {
        reader.reset();
        connection.answerItself(
                head,
                204,
                AccessRules.preflight(head.fields().first("Access-Control-Request-Headers")),
                null);
    }

    private HttpRoute routeOf(RequestHead head) {
        HttpRoute found = scope.routeOf(head);
        if (found == null) {
            throw new HttpRefusal(404, "no such path");
        }
        return found;
    }

    private void beginBody(RequestHead head, int available) {
        reader.beginBody(available);
        if (reader.isDone()) {
            dispatch();
            return;
        }
        if (scope.budgets().received().isExhausted()) {
            throw ErrorBody.tooMuchReceived(scope.budgets().received());
        }
        connection.enter(Phase.BODY);
        if (head.expect() != null && !head.isHttp10() && available == 0) {
            connection.write(CONTINUE);
        }
    }

    private void dispatch() {
        RequestHead head = reader.head();
        byte[] body = reader.takeBody();
        boolean gzipped = RequestChecks.isGzipped(head);
        reader.reset();
        connection.enter(Phase.BUSY);
        if (gzipped) {
            Threads.startVirtual("http-gunzip", () -> inflate(head, body));
        } else {
            handle(head, body);
        }
    }

    /** On its own thread: a body that expands a thousandfold must not hold up the loop. */
    private void inflate(RequestHead head, byte[] compressed) {
        byte[] body;
        try {
            body =
                    Gunzip.inflate(
                            compressed,
                            scope.config().limits().maxBodyBytes(),
                            scope.budgets().received());
        } catch (HttpRefusal refusal) {
            connection.onLoop(() -> connection.refuse(refusal, null), RequestIntake::nobodyWaits);
            return;
        }
        connection.onLoop(() -> handleInflated(head, body), RequestIntake::nobodyWaits);
    }

    private void handleInflated(RequestHead head, byte[] body) {
        if (!connection.isClosing()) {
            handle(head, body);
        }
    }

    /** The loop is gone, and the peer with it. */
    private static void nobodyWaits() {}

    private void handle(RequestHead head, byte[] body) {
        HttpRoute to = route;
        if (to == null) {
            throw new IllegalStateException("a request was not checked");
        }
        NettyExchange exchange = new NettyExchange(connection, head, to.path(), body);
        connection.begin(exchange);
        try {
            to.handler().handle(exchange);
        } catch (RuntimeException | StackOverflowError failure) {
            scope.tell(new HttpEvent.HandlerFailed(to.path(), failure));
            exchange.handlerFailed();
        }
    }

    /** Refuses what is being read. */
    void refuse(HttpRefusal refusal) {
        boolean known = reader.isHeadRead() || reader.isReadingBody();
        RequestHead head = known ? reader.head() : null;
        reader.reset();
        connection.refuse(refusal, head);
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    /** What came behind the request that is being answered. */
    byte[] rest() {
        return Arrays.copyOfRange(held.bytes(), held.from(), held.to());
    }

    /** Another protocol goes on, with {@code rest} first. */
    void leaveTo(Channel channel, byte[] rest, Runnable taker) {
        // from here on, since what stands before has seen these bytes
        ChannelHandlerContext own = channel.pipeline().context(this);
        taker.run();
        channel.config().setAutoRead(true);
        if (rest.length > 0) {
            own.fireChannelRead(Unpooled.wrappedBuffer(rest));
            own.fireChannelReadComplete();
        }
        channel.pipeline().remove(this);
    }

    void clear() {
        held.clear();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        connection.readEnds();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        connection.writabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        connection.closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (failure instanceof IOException) {
            connection.cut(HttpEvent.CloseReason.PEER);
            return;
        }
        scope.tell(new HttpEvent.HandlerFailed("connection", failure));
        connection.cut(HttpEvent.CloseReason.ERROR);
    }
}
