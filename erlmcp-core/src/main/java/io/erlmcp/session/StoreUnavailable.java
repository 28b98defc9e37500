package io.erlmcp.session;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.rpc.RpcError;

/**
 * A store cannot do what it was asked for at the moment. That is nothing the client did: other than
 * at a cap, no client that behaves better is served, and over HTTP the answer is 503 and not 429.
 */
public sealed class StoreUnavailable extends McpException permits UnreadableRecord {
    private static final long serialVersionUID = 1;
    private static final JsonString COMPONENT = new JsonString("store");
    private static final long RETRY_AFTER_MILLIS = 1_000;

    /**
     * @param why for the client: nothing that only operators are to know
     */
    public StoreUnavailable(String why) {
        super(
                ErrorCode.OVERLOADED,
                "Overloaded: the store is not available: " + why,
                JsonObject.of("component", COMPONENT, "retryAfterMs", RETRY_AFTER_MILLIS));
    }

    /** True when the error is one of these. */
    static boolean isMeantBy(RpcError error) {
        return error.code() == ErrorCode.OVERLOADED
                && error.data() instanceof JsonObject data
                && COMPONENT.equals(data.get("component"));
    }
}
