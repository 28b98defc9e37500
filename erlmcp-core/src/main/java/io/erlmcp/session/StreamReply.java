package io.erlmcp.session;

import io.erlmcp.dispatch.ReplyPath;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.rpc.SharedBytes;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request that an earlier process accepted: all goes onto its stream, which the client
 * comes back to.
 */
final class StreamReply implements ReplyPath {
    private final LegacySession session;
    private final EventLog.Work work;
    private final ResumableStream stream;

    /** Guards the fields below, so that what was left never begins; nothing is done meanwhile. */
    private final ReentrantLock lock = new ReentrantLock();

    private boolean hasBegun;
    private boolean isLeft;

    StreamReply(LegacySession session, EventLog.Accepted accepted) {
        this.session = session;
        this.work = accepted.work();
        this.stream = session.adoptStream(accepted.stream());
    }

    @Override
    public void begins() {
        lock.lock();
        try {
            if (isLeft) {
                throw AcceptedRequests.left();
            }
            hasBegun = true;
        } finally {
            lock.unlock();
        }
        stream.beginAccepted(work);
    }

    @Override
    public boolean leave() {
        lock.lock();
        try {
            if (hasBegun) {
                return false;
            }
            isLeft = true;
        } finally {
            lock.unlock();
        }
        stream.leave();
        session.forget(stream);
        return true;
    }

    private boolean isLeft() {
        lock.lock();
        try {
            return isLeft;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void answer(JsonWriter message, @Nullable RpcError error) {
        if (isLeft()) {
            return;
        }
        stream.finish(message.toByteArray());
        session.forget(stream);
    }

    @Override
    public void dropped() {
        if (isLeft()) {
            return;
        }
        stream.finish();
        session.forget(stream);
    }

    @Override
    public boolean send(JsonWriter message, boolean mayWait) throws InterruptedException {
        stream.send(message.toByteArray());
        if (mayWait) {
            stream.awaitWritable(session.limits().writeTimeout());
        }
        return true;
    }

    /** Only what is modern is shared, and this stream is of the legacy era. */
    @Override
    public void share(SharedBytes begin, byte[] end) {
        throw new IllegalStateException("a stream of the legacy era shares nothing");
    }
}
