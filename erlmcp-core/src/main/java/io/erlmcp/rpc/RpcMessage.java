package io.erlmcp.rpc;

import io.erlmcp.json.Envelope;
import io.erlmcp.json.JsonSlice;
import org.jspecify.annotations.Nullable;

/**
 * One JSON-RPC message as received: the envelope is read, params and results are still the bytes of
 * the message.
 *
 * <p>{@link RpcReader} makes these from a scanned {@link Envelope}.
 */
public sealed interface RpcMessage {
    /** A call that wants an answer. */
    record Request(RequestId id, String method, Envelope envelope) implements RpcMessage {}

    /** A call that gets no answer. */
    record Notification(String method, Envelope envelope) implements RpcMessage {}

    /** An answer with a result. */
    record Result(RequestId id, JsonSlice result) implements RpcMessage {}

    /** An answer with an error; the id is absent when the peer could not read ours. */
    record Failure(@Nullable RequestId id, RpcError error) implements RpcMessage {}

    /**
     * Something that is JSON, but no JSON-RPC message: answered with -32600 and the id where there
     * was one.
     */
    record Invalid(@Nullable RequestId id, String reason) implements RpcMessage {}
}
