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

/** The codec of the stateless revision, 2026-07-28. */
final class ModernWire extends DialectWire {
    ModernWire(Revision revision) {
        super(new Dialect(revision));
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
            case Methods.GET_TASK, Methods.UPDATE_TASK, Methods.CANCEL_TASK ->
                    Reads.checked(method, () -> RequestReader.task(method, request));
            case Methods.CALL_TOOL -> RequestReader.callTool(request, false);
            default -> RequestReader.read(method, request);
        };
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
    public @Nullable JsonValue subscriptionId(JsonObject params) {
        return NotificationCodec.subscriptionId(params);
    }
}
