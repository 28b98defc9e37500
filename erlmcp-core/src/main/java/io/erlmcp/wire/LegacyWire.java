package io.erlmcp.wire;

import io.erlmcp.json.Envelope;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerResult;
import org.jspecify.annotations.Nullable;

/** The codec of the revisions with a handshake, 2024-11-05 to 2025-11-25. */
final class LegacyWire extends DialectWire {
    LegacyWire(Revision revision) {
        super(new Dialect(revision));
    }

    @Override
    public RequestMeta readMeta(Envelope request) {
        return RequestMetaCodec.readLegacy(request);
    }

    @Override
    public @Nullable ClientRequest readRequest(String method, Envelope request) {
        return switch (method) {
            case Methods.INITIALIZE -> RequestReader.initialize(request);
            case Methods.PING -> new ClientRequest.Ping();
            case Methods.SET_LEVEL -> RequestReader.setLevel(request);
            case Methods.SUBSCRIBE ->
                    new ClientRequest.Subscribe(RequestReader.uri(method, request));
            case Methods.UNSUBSCRIBE ->
                    new ClientRequest.Unsubscribe(RequestReader.uri(method, request));
            case Methods.GET_TASK, Methods.TASK_RESULT, Methods.LIST_TASKS, Methods.CANCEL_TASK ->
                    dialect.coreTasks()
                            ? Reads.checked(method, () -> RequestReader.task(method, request))
                            : null;
            case Methods.CALL_TOOL -> RequestReader.callTool(request, dialect.coreTasks());
            default -> RequestReader.read(method, request);
        };
    }

    @Override
    public void writeRequestParams(
            ClientRequest request, RequestMeta meta, @Nullable Retry retry, JsonWriter out) {
        if (retry != null) {
            throw new IllegalArgumentException(
                    "protocol " + revision() + " has no multi-round-trip requests");
        }
        out.beginObject();
        RequestMetaCodec.writeLegacy(meta, out);
        RequestWriter.members(request, dialect, out);
        out.endObject();
    }

    @Override
    public ServerResult readResult(ClientRequest request, JsonObject result) {
        return ResultReader.readLegacy(request, result, dialect);
    }

    @Override
    public @Nullable Implementation serverInfo(JsonObject result) {
        return null;
    }

    @Override
    public @Nullable JsonValue subscriptionId(JsonObject params) {
        return null;
    }
}
