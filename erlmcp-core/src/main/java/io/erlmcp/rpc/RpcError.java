package io.erlmcp.rpc;

import io.erlmcp.json.JsonValue;
import org.jspecify.annotations.Nullable;

/** The {@code error} member of a JSON-RPC response. */
public record RpcError(int code, String message, @Nullable JsonValue data) {}
