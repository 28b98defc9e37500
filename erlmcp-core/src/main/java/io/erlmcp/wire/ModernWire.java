package io.erlmcp.wire;

import io.erlmcp.json.Envelope;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.protocol.ServerResult;
import org.jspecify.annotations.Nullable;

/** The codec of the stateless revision, 2026-07-28. */
final class ModernWire implements Wire {
    private final Dialect dialect;

    ModernWire(Revision revision) {
        this.dialect = new Dialect(revision);
    }

    @Override
    public Revision revision() {
        return dialect.revision();
    }

    @Override
    public RequestMeta readMeta(Envelope request) {
        return RequestMetaCodec.readModern(request);
    }

    @Override
    public @Nullable ClientRequest readRequest(String method, Envelope request) {
        return switch (method) {
            case Methods.DISCOVER -> new ClientRequest.Discover();
            case Methods.LISTEN -> RequestReader.listen(request);
            default -> RequestReader.read(method, request);
        };
    }

    @Override
    public InputResponse readInputResponse(InputRequest question, JsonValue answer) {
        return InputCodec.readAnswer(question, answer);
    }

    @Override
    public void writeResult(ServerResult result, ResultMeta meta, JsonWriter out) {
        ResultWriter.write(result, meta, dialect, out);
    }

    @Override
    public boolean knows(ServerNotification notification) {
        return NotificationCodec.knows(notification, dialect);
    }

    @Override
    public String method(ServerNotification notification) {
        return Methods.of(notification);
    }

    @Override
    public void writeNotificationParams(
            ServerNotification notification, @Nullable JsonValue subscriptionId, JsonWriter out) {
        NotificationCodec.write(notification, subscriptionId, dialect, out);
    }

    @Override
    public boolean knows(InputRequest question) {
        return InputCodec.knows(question, dialect);
    }

    @Override
    public String method(InputRequest question) {
        return Methods.of(question);
    }

    @Override
    public void writeInputRequestParams(InputRequest question, JsonWriter out) {
        InputCodec.writeParams(question, dialect, out);
    }

    @Override
    public String method(ClientRequest request) {
        return Methods.of(request);
    }

    @Override
    public void writeRequestParams(
            ClientRequest request, RequestMeta meta, @Nullable Retry retry, JsonWriter out) {
        out.beginObject();
        RequestMetaCodec.writeModern(meta, dialect, out);
        RequestWriter.members(request, dialect, out);
        RequestWriter.retry(retry, dialect, out);
        out.endObject();
    }

    @Override
    public ServerResult readResult(ClientRequest request, JsonObject result) {
        return ResultReader.readModern(request, result, dialect);
    }

    @Override
    public @Nullable Implementation serverInfo(JsonObject result) {
        return RequestMetaCodec.displayName(Reads.metaOrEmpty(result), MetaKeys.SERVER_INFO);
    }

    @Override
    public @Nullable ServerNotification readNotification(String method, JsonObject params) {
        return NotificationCodec.read(method, params, dialect);
    }

    @Override
    public @Nullable JsonValue subscriptionId(JsonObject params) {
        return NotificationCodec.subscriptionId(params);
    }

    @Override
    public InputRequest readInputRequest(String method, JsonObject params) {
        return InputCodec.read(method, params, dialect);
    }

    @Override
    public void writeInputResponse(InputResponse response, JsonWriter out) {
        InputCodec.write(response, dialect, out);
    }
}
