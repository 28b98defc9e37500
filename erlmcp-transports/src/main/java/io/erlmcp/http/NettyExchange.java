package io.erlmcp.http;

import io.erlmcp.transport.EventStream;
import io.erlmcp.transport.PeerEvidence;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request on one connection. Answered once, from any thread; the answer is encoded on the
 * caller's thread, and handed to the connection's loop, which runs this object.
 */
final class NettyExchange implements UpgradableExchange, Runnable {
    private static final VarHandle STATE;
    private static final VarHandle DISCONNECT;
    private static final int OPEN = 0;
    private static final int ANSWERED = 1;

    /** Those that {@link RequestHead#hasCredentials} looks for. */
    private static final List<String> CREDENTIALS = List.of("authorization", "x-api-key", "cookie");

    /** Stand where an action to run would stand. */
    private enum End implements Runnable {
        COMPLETE,
        LEFT;

        @Override
        public void run() {
            // nobody waits for this
        }
    }

    static {
        try {
            var lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(NettyExchange.class, "state", int.class);
            DISCONNECT = lookup.findVarHandle(NettyExchange.class, "disconnect", Runnable.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final HttpConnection connection;
    private final RequestHead head;
    private final String path;
    private final byte[] body;

    @SuppressWarnings("unused") // through STATE
    private volatile int state;

    /**
     * What to run when the peer leaves; one of two marks once it left, or the answer is complete.
     */
    private volatile @Nullable Runnable disconnect;

    private @Nullable ByteBuf answer;
    private boolean close;

    NettyExchange(HttpConnection connection, RequestHead head, String path, byte[] body) {
        this.connection = connection;
        this.head = head;
        this.path = path;
        this.body = body;
    }

    @Override
    public String method() {
        return head.method();
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public @Nullable String query() {
        return head.query();
    }

    @Override
    public @Nullable String header(String name) {
        return head.fields().first(name);
    }

    @Override
    public List<String> headers(String name) {
        return head.fields().all(name);
    }

    @Override
    public List<String> headerNames() {
        return head.fields().names();
    }

    @Override
    public byte[] body() {
        return body;
    }

    @Override
    public PeerEvidence evidence() {
        if (!head.hasCredentials()) {
            return connection.anonymousEvidence();
        }
        Map<String, String> credentials = new HashMap<>();
        for (String name : CREDENTIALS) {
            String value = head.fields().first(name);
            if (value != null) {
                credentials.put(name, value);
            }
        }
        return new PeerEvidence("http", connection.peer(), credentials);
    }

    @Override
    public void respond(int status, List<String> headers, byte[] buffer, int offset, int length) {
        if (connection.scope().isOverUnsentBudget(length)) {
            complete(
                    503,
                    ErrorBody.headers(503),
                    ErrorBody.of("the server holds too many unsent bytes"));
            return;
        }
        complete(status, headers, new ResponseEncoder.Body(buffer, offset, length));
    }

    private void complete(int status, List<String> headers, byte[] answerBody) {
        complete(status, headers, ResponseEncoder.Body.of(answerBody));
    }

    private void complete(int status, List<String> headers, ResponseEncoder.Body answerBody) {
        boolean lastAnswer = connection.scope().closesAfter(head);
        ByteBuf encoded =
                ResponseEncoder.answer(
                        connection.allocator(),
                        connection.scope().framing(head, lastAnswer),
                        status,
                        headers,
                        answerBody);
        if (!claim()) {
            encoded.release();
            return;
        }
        answer = encoded;
        close = lastAnswer;
        finished();
        connection.onLoop(this, encoded::release);
    }

    /** Answers 500 unless the handler did answer before it failed. */
    void handlerFailed() {
        if (state == OPEN) {
            complete(500, ErrorBody.headers(500), ErrorBody.of("internal error"));
        }
    }

    /** Takes the one right to answer; false when the peer is gone and nobody cares. */
    private boolean claim() {
        if (STATE.compareAndSet(this, OPEN, ANSWERED)) {
            return connection.isOpen();
        }
        if (connection.isOpen()) {
            throw new IllegalStateException(
                    "request " + method() + " " + path + " was answered before");
        }
        return false;
    }

    @Override
    public void run() {
        ByteBuf encoded = answer;
        if (encoded != null) {
            answer = null;
            connection.answer(this, encoded, close);
        }
    }

    @Override
    public EventStream openStream(List<String> headers) {
        boolean lastAnswer = connection.scope().closesAfter(head);
        boolean chunked = !head.isHttp10();
        ByteBuf encoded =
                ResponseEncoder.stream(
                        connection.allocator(),
                        connection.scope().framing(head, lastAnswer),
                        headers,
                        chunked);
        NettyEventStream stream = new NettyEventStream(connection, this, chunked, lastAnswer);
        if (claim()) {
            connection.startStream(this, stream, encoded);
        } else {
            encoded.release();
            stream.disconnected();
        }
        return stream;
    }

    @Override
    public void upgrade(List<String> headers, Taker taker) {
        ByteBuf encoded = ResponseEncoder.switching(connection.allocator(), headers);
        if (claim()) {
            disconnect = End.COMPLETE;
            connection.later(() -> connection.switchTo(this, encoded, taker), encoded::release);
        } else {
            encoded.release();
        }
    }

    @Override
    public void onDisconnect(Runnable action) {
        Runnable before = disconnect;
        while (!(before instanceof End)) {
            if (DISCONNECT.compareAndSet(this, before, both(before, action))) {
                return;
            }
            before = disconnect;
        }
        if (before == End.LEFT) {
            connection.onLoop(action, action);
        }
    }

    @Override
    public void start(String name, Runnable work) {
        connection.start(name, work);
    }

    private static Runnable both(@Nullable Runnable first, Runnable second) {
        if (first == null) {
            return second;
        }
        return () -> {
            first.run();
            second.run();
        };
    }

    /** The answer is complete: nobody hears of a peer that leaves now. */
    void finished() {
        if (disconnect != End.COMPLETE) {
            DISCONNECT.setRelease(this, End.COMPLETE); // who looks later may see it later
        }
    }

    /** The peer left; on the loop. */
    void disconnected() {
        Runnable action = (Runnable) DISCONNECT.getAndSet(this, End.LEFT);
        if (action != null) {
            action.run();
        }
    }
}
