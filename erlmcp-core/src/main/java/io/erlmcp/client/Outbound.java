package io.erlmcp.client;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.wire.Retry;
import io.erlmcp.wire.Wire;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request, ready to be written under whatever id.
 *
 * @param headers names and values in turn, for transports that have headers
 * @param path for which it was made; it goes on no other one
 */
record Outbound(
        Wire wire,
        ClientRequest request,
        RequestMeta meta,
        @Nullable Retry retry,
        List<String> headers,
        int path) {
    String method() {
        return wire.method(request);
    }

    /** Method and what it is about, for messages. */
    String label() {
        return switch (request) {
            case ClientRequest.CallTool call -> method() + " " + call.name();
            case ClientRequest.GetPrompt get -> method() + " " + get.name();
            case ClientRequest.ReadResource read -> method() + " " + read.uri();
            // ids of tasks are secrets
            case ClientRequest.GetTask t -> method();
            case ClientRequest.GetTaskResult t -> method();
            case ClientRequest.ListTasks t -> method();
            case ClientRequest.CancelTask t -> method();
            case ClientRequest.UpdateTask t -> method();
            case ClientRequest.Initialize i -> method();
            case ClientRequest.Discover d -> method();
            case ClientRequest.Ping p -> method();
            case ClientRequest.ListTools l -> method();
            case ClientRequest.ListPrompts l -> method();
            case ClientRequest.ListResources l -> method();
            case ClientRequest.ListResourceTemplates l -> method();
            case ClientRequest.Complete c -> method();
            case ClientRequest.SetLevel s -> method();
            case ClientRequest.Subscribe s -> method() + " " + s.uri();
            case ClientRequest.Unsubscribe u -> method() + " " + u.uri();
            case ClientRequest.Listen l -> method();
        };
    }

    byte[] message(RequestId id) {
        JsonWriter out = new JsonWriter();
        out.beginObject().field("jsonrpc", "2.0").name("id");
        id.writeTo(out);
        out.field("method", method()).name("params");
        wire.writeRequestParams(request, meta, retry, out);
        return out.endObject().toByteArray();
    }

    static byte[] notification(String method, JsonObject params) {
        JsonWriter out = new JsonWriter();
        out.beginObject().field("jsonrpc", "2.0").field("method", method);
        if (!params.isEmpty()) {
            out.field("params", params);
        }
        return out.endObject().toByteArray();
    }

    static byte[] answer(RequestId id, Wire wire, @Nullable InputResponse response) {
        return answer(
                id,
                out -> {
                    if (response == null) {
                        out.beginObject().endObject();
                    } else {
                        wire.writeInputResponse(response, out);
                    }
                });
    }

    /**
     * @param result writes the value of the result
     */
    static byte[] answer(RequestId id, Consumer<JsonWriter> result) {
        JsonWriter out = new JsonWriter();
        out.beginObject().field("jsonrpc", "2.0").name("id");
        id.writeTo(out);
        out.name("result");
        result.accept(out);
        return out.endObject().toByteArray();
    }

    static byte[] refusal(RequestId id, int code, String message) {
        JsonWriter out = new JsonWriter();
        out.beginObject().field("jsonrpc", "2.0").name("id");
        id.writeTo(out);
        out.name("error").beginObject().field("code", code).field("message", message).endObject();
        return out.endObject().toByteArray();
    }
}
