package io.erlmcp.wire;

import io.erlmcp.json.Envelope;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonNull;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ProgressToken;
import io.erlmcp.protocol.RequestMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code _meta} of requests: in the legacy era a progress token and trace context, in the
 * modern one the peer.
 */
final class RequestMetaCodec {
    private static final Known<RequestMeta> KNOWN = new Known<>();

    private RequestMetaCodec() {}

    static RequestMeta readLegacy(Envelope request) {
        JsonSlice slice = request.meta();
        if (slice == null) {
            return RequestMeta.NONE;
        }
        return Reads.checked(
                "_meta",
                () -> {
                    JsonObject raw = Reads.object("_meta", slice.value());
                    return new RequestMeta(null, null, null, null, progressToken(raw), raw);
                });
    }

    static RequestMeta readModern(Envelope request) {
        JsonSlice slice = request.meta();
        if (slice == null) {
            throw missing(List.of("_meta"));
        }
        RequestMeta known = KNOWN.find(slice);
        if (known != null) {
            return known;
        }
        RequestMeta meta =
                Reads.checked("_meta", () -> readModern(Reads.object("_meta", slice.value())));
        if (MetaKeys.OF_PEERS.containsAll(meta.raw().keys())) {
            KNOWN.keep(slice, meta); // else of the kind that differs with every request
        }
        return meta;
    }

    private static RequestMeta readModern(JsonObject raw) {
        List<String> missing = new ArrayList<>(2);
        for (String required : List.of(MetaKeys.PROTOCOL_VERSION, MetaKeys.CLIENT_CAPABILITIES)) {
            if (raw.get(required) == null) {
                missing.add(required);
            }
        }
        if (!missing.isEmpty()) {
            throw missing(missing);
        }
        return new RequestMeta(
                raw.requireString(MetaKeys.PROTOCOL_VERSION),
                capabilities(raw.requireObject(MetaKeys.CLIENT_CAPABILITIES)),
                displayName(raw, MetaKeys.CLIENT_INFO),
                raw.string(MetaKeys.LOG_LEVEL)
                        .map(it -> LogLevels.read(MetaKeys.LOG_LEVEL, it))
                        .orElse(null),
                progressToken(raw),
                raw);
    }

    private static ClientCapabilities capabilities(JsonObject from) {
        try {
            return CapabilitiesCodec.readClient(from);
        } catch (JsonException e) {
            throw new JsonException(MetaKeys.CLIENT_CAPABILITIES + ": " + e.getMessage());
        }
    }

    /** Display data: what cannot be read is as good as not sent. */
    static @Nullable Implementation displayName(JsonObject meta, String key) {
        if (!(meta.get(key) instanceof JsonObject from)) {
            return null;
        }
        try {
            return ImplementationCodec.read(from);
        } catch (JsonException e) {
            return null;
        }
    }

    private static McpException missing(List<String> keys) {
        return new McpException(
                ErrorCode.INVALID_PARAMS,
                "the request lacks what every request must carry in params._meta: "
                        + String.join(", ", keys),
                JsonObject.of("envelope", JsonObject.of("missing", JsonArray.of(keys.toArray()))));
    }

    static @Nullable ProgressToken progressToken(JsonObject owner) {
        JsonValue token = owner.get(MetaKeys.PROGRESS_TOKEN);
        return switch (token) {
            case null -> null;
            case JsonNull absent -> null;
            case JsonString text -> new ProgressToken(text);
            case JsonNumber number when number.isInteger() -> new ProgressToken(number);
            default ->
                    throw new JsonException(
                            "member 'progressToken': expected string or integer, was "
                                    + (token instanceof JsonNumber
                                            ? "a number with a fraction"
                                            : token.typeName()));
        };
    }

    static void writeLegacy(RequestMeta meta, JsonWriter out) {
        if (meta.progressToken() == null && MetaKeys.OF_REQUESTS.containsAll(meta.raw().keys())) {
            return;
        }
        out.name(MetaKeys.META).beginObject();
        writeTokenAndExtra(meta, out);
        out.endObject();
    }

    static void writeModern(RequestMeta meta, Dialect dialect, JsonWriter out) {
        out.name(MetaKeys.META).beginObject();
        String version = meta.protocolVersion();
        out.field(MetaKeys.PROTOCOL_VERSION, version == null ? dialect.revision().text() : version);
        ClientCapabilities capabilities = meta.clientCapabilities();
        out.name(MetaKeys.CLIENT_CAPABILITIES);
        CapabilitiesCodec.write(
                capabilities == null ? ClientCapabilities.NONE : capabilities, dialect, out);
        Implementation info = meta.clientInfo();
        if (info != null) {
            out.name(MetaKeys.CLIENT_INFO);
            ImplementationCodec.write(info, dialect, out);
        }
        LogLevel level = meta.logLevel();
        if (level != null) {
            out.field(MetaKeys.LOG_LEVEL, level.text());
        }
        writeTokenAndExtra(meta, out);
        out.endObject();
    }

    private static void writeTokenAndExtra(RequestMeta meta, JsonWriter out) {
        ProgressToken token = meta.progressToken();
        if (token != null) {
            out.field(MetaKeys.PROGRESS_TOKEN, token.value());
        }
        for (Map.Entry<String, JsonValue> extra : meta.raw().members().entrySet()) {
            if (!MetaKeys.OF_REQUESTS.contains(extra.getKey())) {
                out.field(extra.getKey(), extra.getValue());
            }
        }
    }
}
