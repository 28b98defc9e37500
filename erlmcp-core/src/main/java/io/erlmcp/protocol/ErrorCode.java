package io.erlmcp.protocol;

/** Error codes of JSON-RPC, of MCP, and of erlmcp (outside the reserved ranges). */
public final class ErrorCode {
    public static final int PARSE_ERROR = -32700;
    public static final int INVALID_REQUEST = -32600;
    public static final int METHOD_NOT_FOUND = -32601;
    public static final int INVALID_PARAMS = -32602;
    public static final int INTERNAL_ERROR = -32603;

    /** Legacy era only; the modern era answers {@link #INVALID_PARAMS}. */
    public static final int LEGACY_RESOURCE_NOT_FOUND = -32002;

    /** 2025-11-25 only. */
    public static final int LEGACY_URL_ELICITATION_REQUIRED = -32042;

    public static final int HEADER_MISMATCH = -32020;

    /** Modern era only; the legacy era answers {@link #INVALID_REQUEST}. */
    public static final int MISSING_CLIENT_CAPABILITY = -32021;

    public static final int UNSUPPORTED_PROTOCOL_VERSION = -32022;

    /** The node is at its limit; {@code data.retryAfterMs} says when to try again. */
    public static final int OVERLOADED = -31001;

    /** An operator or the node stopped the component. */
    public static final int HALTED = -31002;

    /** The call's deadline passed. */
    public static final int DEADLINE_EXCEEDED = -31003;

    /** The call was being worked on when its node stopped. */
    public static final int INTERRUPTED = -31004;

    /** The upstream server is not there. */
    public static final int UPSTREAM_UNAVAILABLE = -31005;

    private ErrorCode() {}
}
