package io.erlmcp.session;

import io.erlmcp.dispatch.ReplyPath;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.Revision;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.rpc.RpcMessage;
import io.erlmcp.rpc.SharedBytes;
import io.erlmcp.transport.EventStream;
import io.erlmcp.transport.HttpExchange;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one POST: one JSON document, or an event stream as soon as something has to be said
 * before the answer. In the legacy era the stream is a {@link ResumableStream} of the session and
 * outlives its connection.
 */
final class HttpReply implements ReplyPath {
    private static final String TRANSPORT = "http";
    private static final List<String> JSON = List.of("content-type", "application/json");

    private final HttpExchange http;
    private final boolean acceptsStream;
    private final Duration writeTimeout;
    private volatile @Nullable LegacySession session;
    private volatile RpcMessage.@Nullable Request request;
    private @Nullable String newSessionId;

    /** Guards the choice between document and stream, and the fields below. Sending only queues. */
    private final ReentrantLock lock = new ReentrantLock();

    private @Nullable EventStream plain;
    private @Nullable ResumableStream resumable;

    /** Recorded for the next process, and not begun. */
    private boolean isAccepted;

    private boolean isLeft;
    private boolean ended;

    HttpReply(HttpExchange http, boolean acceptsStream, Duration writeTimeout) {
        this.http = http;
        this.acceptsStream = acceptsStream;
        this.writeTimeout = writeTimeout;
    }

    /**
     * Makes the stream, should there be one, one that the session's client can come back to.
     *
     * @param request whose answer ends the stream; null for a batch
     */
    void belongsTo(LegacySession session, RpcMessage.@Nullable Request request) {
        this.session = session;
        this.request = request;
    }

    /** Tells the client the id of the session that its request opened. */
    void announce(LegacySession opened) {
        newSessionId = opened.id();
        session = opened;
    }

    @Override
    public String transport() {
        return TRANSPORT;
    }

    @Override
    public void answer(JsonWriter message, @Nullable RpcError error) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            ended = true;
            if (resumable != null) {
                resumable.finish(message.toByteArray());
                forget(resumable);
            } else if (plain != null) {
                plain.send(null, message.buffer(), 0, message.size());
                plain.close();
            } else {
                http.respond(status(error), headers(error), message.buffer(), 0, message.size());
            }
        } finally {
            lock.unlock();
        }
    }

    private void forget(ResumableStream stream) {
        LegacySession known = session;
        if (known != null) {
            known.forget(stream);
        }
    }

    private int status(@Nullable RpcError error) {
        if (error == null) {
            return 200;
        }
        return HttpStatus.of(error, session == null ? Era.MODERN : Era.LEGACY);
    }

    private List<String> headers(@Nullable RpcError error) {
        if (newSessionId != null) {
            return List.of("content-type", "application/json", "mcp-session-id", newSessionId);
        }
        return error == null ? JSON : HttpStatus.headers(error);
    }

    @Override
    public void dropped() {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            ended = true;
            if (resumable != null) {
                resumable.finish();
                forget(resumable);
            } else if (plain != null) {
                plain.close();
            } else {
                // the client itself took the call back, so an answer is what it must not get
                http.respond(202);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean send(JsonWriter message, boolean mayWait) throws InterruptedException {
        if (!acceptsStream) {
            return false;
        }
        lock.lock();
        try {
            if (ended) {
                return false;
            }
            open();
            if (resumable != null) {
                resumable.send(message.toByteArray());
            } else if (plain != null) {
                plain.send(null, message.buffer(), 0, message.size());
            }
        } finally {
            lock.unlock();
        }
        return !mayWait || awaitWritable();
    }

    /** Only what is modern is shared; a legacy session has a stream of its own for it. */
    @Override
    public void share(SharedBytes begin, byte[] end) {
        lock.lock();
        try {
            if (!acceptsStream || ended) {
                return;
            }
            open();
            if (plain != null) {
                plain.share(null, begin, end);
            }
        } finally {
            lock.unlock();
        }
    }

    private void open() {
        LegacySession known = session;
        if (plain != null || resumable != null) {
            return;
        }
        if (known == null) {
            plain = http.openStream(List.of());
            return;
        }
        RpcMessage.Request its = request;
        open(
                known,
                stream -> {
                    if (its != null) {
                        stream.begin(AcceptedRequests.work(its));
                    }
                });
    }

    private void open(LegacySession known, Consumer<ResumableStream> record) {
        EventStream connection = http.openStream(List.of());
        ResumableStream stream = known.newStream("p");
        record.accept(stream);
        stream.open(connection, known.record().revision().isAtLeast(Revision.R2025_11_25));
        resumable = stream;
    }

    /** Opens the stream of a request that will outlive this process, should it come to that. */
    @Override
    public void waits() {
        LegacySession known = session;
        RpcMessage.Request its = request;
        if (known == null
                || its == null
                || !acceptsStream
                || !AcceptedRequests.mayRecord(known, its)) {
            return;
        }
        lock.lock();
        try {
            if (!ended && resumable == null) {
                open(known, stream -> stream.accept(AcceptedRequests.work(its)));
                isAccepted = true;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void begins() {
        RpcMessage.Request its = request;
        ResumableStream stream = beginAccepted();
        if (its != null && stream != null) {
            stream.beginAccepted(AcceptedRequests.work(its));
        }
    }

    /** The stream of an accepted request, which nobody can leave to another process any more. */
    private @Nullable ResumableStream beginAccepted() {
        lock.lock();
        try {
            if (isLeft) {
                throw AcceptedRequests.left();
            }
            boolean was = isAccepted;
            isAccepted = false;
            return was ? resumable : null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean leave() {
        lock.lock();
        try {
            if (ended || !isAccepted || resumable == null) {
                return false;
            }
            ended = true;
            isLeft = true;
            resumable.leave();
            forget(resumable);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitWritable() throws InterruptedException {
        EventStream to;
        ResumableStream stream;
        lock.lock();
        try {
            to = plain;
            stream = resumable;
        } finally {
            lock.unlock();
        }
        if (stream != null) {
            stream.awaitWritable(writeTimeout);
            return true;
        }
        return to == null || to.awaitWritable(writeTimeout);
    }

    @Override
    public void start(String name, Runnable call) {
        http.start(name, call);
    }

    @Override
    public void release(Duration retryAfter) {
        LegacySession known = session;
        if (known == null
                || !acceptsStream
                || !known.record().revision().isAtLeast(Revision.R2025_11_25)) {
            return;
        }
        lock.lock();
        try {
            if (!ended) {
                open();
                if (resumable != null) {
                    resumable.release(retryAfter);
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
