package io.erlmcp.dispatch;

import io.erlmcp.json.JsonWriter;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.rpc.SharedBytes;
import io.erlmcp.runtime.Threads;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How what belongs to one request leaves: its answer, and before that notifications and questions.
 * Implemented by the session layer for each kind of transport. Exactly one of {@link #answer} and
 * {@link #dropped} is called, once; neither where {@link #leave} did it.
 */
public interface ReplyPath {
    /** Over which transport the request came, as in its evidence; empty where it came over none. */
    default String transport() {
        return "";
    }

    /**
     * Sends the answer; never blocks.
     *
     * @param message the whole JSON-RPC response
     * @param error the error in it, or null for a result; decides the HTTP status
     */
    void answer(JsonWriter message, @Nullable RpcError error);

    /** The call has to wait for its permit. Called on the call's own thread, before it waits. */
    default void waits() {}

    /**
     * The call has its permit, and is about to run; called on its own thread, may wait for a disk.
     *
     * @throws io.erlmcp.protocol.McpException when it must not run; then it does not
     */
    default void begins() {}

    /**
     * The server stops: leaves the request to the process that comes after this one, should it be
     * recorded for it, and not have begun. May come from any thread; from then on {@link #begins}
     * throws.
     *
     * @return false when it has to be answered now
     */
    default boolean leave() {
        return false;
    }

    /** The call was cancelled: no answer will come. */
    void dropped();

    /**
     * Sends a notification or question on the request's stream.
     *
     * @param mayWait false on an event loop; otherwise waits while the peer does not read, up to
     *     the write limit
     * @return false when the peer is gone or cannot take messages before the answer
     */
    boolean send(JsonWriter message, boolean mayWait) throws InterruptedException;

    /**
     * Sends a message that goes to many on the request's stream; never blocks. Does nothing when
     * the peer is gone.
     *
     * @param begin held without a copy
     * @param end what is this request's own
     */
    void share(SharedBytes begin, byte[] end);

    /**
     * Lets go of the peer's connection where it can come back for the answer; see {@code
     * CallContext}.
     */
    default void release(Duration retryAfter) {}

    /**
     * Runs the call on a virtual thread of its own, now or when the transport has read what came
     * with it.
     */
    default void start(String name, Runnable call) {
        Threads.startVirtual(name, call);
    }
}
