package io.erlmcp.rpc;

import io.erlmcp.json.JsonName;
import io.erlmcp.json.JsonWriter;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes JSON-RPC messages; the caller writes the value of {@code result} or {@code params} in
 * between.
 */
public final class RpcWriter {
    private static final JsonName JSONRPC = JsonName.of("jsonrpc");
    private static final JsonName ID = JsonName.of("id");
    private static final JsonName RESULT = JsonName.of("result");

    private RpcWriter() {}

    /** Up to the value of {@code result}. */
    public static void beginResult(RequestId id, JsonWriter out) {
        out.beginObject();
        out.name(JSONRPC).string("2.0");
        out.name(ID);
        id.writeTo(out);
        out.name(RESULT);
    }

    /** Closes what a {@code begin} opened. */
    public static void end(JsonWriter out) {
        out.endObject();
    }

    /**
     * A whole error response; a null id is left out, as revisions up to 2025-06-18 have no null
     * ids.
     */
    public static void error(@Nullable RequestId id, RpcError error, JsonWriter out) {
        out.beginObject();
        out.field("jsonrpc", "2.0");
        if (id != null) {
            out.name("id");
            id.writeTo(out);
        }
        out.name("error");
        out.beginObject();
        out.field("code", error.code());
        out.field("message", error.message());
        if (error.data() != null) {
            out.field("data", error.data());
        }
        out.endObject();
        out.endObject();
    }

    /** A whole request. */
    public static void request(
            RequestId id, String method, Consumer<JsonWriter> params, JsonWriter out) {
        out.beginObject();
        out.field("jsonrpc", "2.0");
        out.name("id");
        id.writeTo(out);
        out.field("method", method);
        out.name("params");
        params.accept(out);
        out.endObject();
    }

    /** A whole notification. */
    public static void notification(String method, Consumer<JsonWriter> params, JsonWriter out) {
        out.beginObject();
        out.field("jsonrpc", "2.0");
        out.field("method", method);
        out.name("params");
        params.accept(out);
        out.endObject();
    }
}
