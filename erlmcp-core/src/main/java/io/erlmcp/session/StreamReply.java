package io.erlmcp.session;

import io.erlmcp.dispatch.ReplyPath;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.rpc.RpcError;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request that an earlier process accepted: all goes onto its stream, which the client
 * comes back to.
 */
final class StreamReply implements ReplyPath {
    private final LegacySession session;
    private final EventLog.Work work;
    private final ResumableStream stream;

    StreamReply(LegacySession session, EventLog.Accepted accepted) {
        this.session = session;
        this.work = accepted.work();
        this.stream = session.adoptStream(accepted.stream());
    }

    @Override
    public void begins() {
        stream.beginAccepted(work);
    }

    @Override
    public void answer(JsonWriter message, @Nullable RpcError error) {
        stream.finish(message.toByteArray());
        session.forget(stream);
    }

    @Override
    public void dropped() {
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
    public void share(byte[] begin, byte[] end) {
        throw new IllegalStateException("a stream of the legacy era shares nothing");
    }
}
