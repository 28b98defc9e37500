package io.erlmcp.wire;

import io.erlmcp.json.Envelope;
import io.erlmcp.json.EnvelopeScanner;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonLimits;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.protocol.ServerResult;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Whole JSON-RPC messages, as a wire writes their payload. */
final class Messages {
    private Messages() {}

    static JsonObject request(
            Wire wire, ClientRequest request, RequestMeta meta, @Nullable Retry retry) {
        return call(
                1, wire.method(request), out -> wire.writeRequestParams(request, meta, retry, out));
    }

    static JsonObject question(Wire wire, InputRequest question) {
        return call(2, wire.method(question), out -> wire.writeInputRequestParams(question, out));
    }

    static JsonObject notification(
            Wire wire, ServerNotification notification, @Nullable JsonValue subscriptionId) {
        return call(
                null,
                wire.method(notification),
                out -> wire.writeNotificationParams(notification, subscriptionId, out));
    }

    static JsonObject result(Wire wire, ServerResult result, ResultMeta meta) {
        return answer(out -> wire.writeResult(result, meta, out));
    }

    static JsonObject answer(Wire wire, InputResponse response) {
        return answer(out -> wire.writeInputResponse(response, out));
    }

    private static JsonObject answer(Consumer<JsonWriter> result) {
        JsonWriter out = new JsonWriter();
        out.beginObject().field("jsonrpc", "2.0").field("id", "one").name("result");
        result.accept(out);
        out.endObject();
        return Json.parseObject(out.toByteArray());
    }

    private static JsonObject call(
            @Nullable Integer id, String method, Consumer<JsonWriter> params) {
        JsonWriter out = new JsonWriter();
        out.beginObject().field("jsonrpc", "2.0");
        if (id != null) {
            out.field("id", id.longValue());
        }
        out.field("method", method).name("params");
        params.accept(out);
        out.endObject();
        return Json.parseObject(out.toByteArray());
    }

    static Envelope envelope(JsonValue message) {
        return envelope(message.toJson());
    }

    static Envelope envelope(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        return EnvelopeScanner.scan(bytes, 0, bytes.length, JsonLimits.DEFAULTS);
    }

    /** A request with these params, as text. */
    static Envelope envelope(String method, String params) {
        return envelope(
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\""
                        + method
                        + "\",\"params\":"
                        + params
                        + "}");
    }
}
