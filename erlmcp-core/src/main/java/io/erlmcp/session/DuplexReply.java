package io.erlmcp.session;

import io.erlmcp.dispatch.ReplyPath;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.rpc.SharedBytes;
import io.erlmcp.transport.Connection;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Answers of requests that came on a duplex connection: everything goes back on it. */
record DuplexReply(Connection connection, Duration writeTimeout) implements ReplyPath {
    @Override
    public String transport() {
        return connection.evidence().transport();
    }

    @Override
    public void answer(JsonWriter message, @Nullable RpcError error) {
        connection.send(message.buffer(), 0, message.size());
    }

    @Override
    public void dropped() {
        // The peer said that it does not want the answer, or left.
    }

    @Override
    public void share(SharedBytes begin, byte[] end) {
        connection.share(begin, end);
    }

    @Override
    public boolean send(JsonWriter message, boolean mayWait) throws InterruptedException {
        connection.send(message.buffer(), 0, message.size());
        return !mayWait || connection.awaitWritable(writeTimeout);
    }
}
