package io.erlmcp.client;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.ProgressToken;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * Who the client is and what it offers: said once in the legacy era, with every request in the
 * modern one.
 */
record Identity(Implementation info, ClientCapabilities capabilities) {
    RequestMeta meta(
            Wire wire, @Nullable ProgressToken token, @Nullable LogLevel level, JsonObject extra) {
        return switch (wire.revision().era()) {
            case LEGACY -> new RequestMeta(null, null, null, null, token, extra);
            case MODERN ->
                    new RequestMeta(
                            wire.revision().text(), capabilities, info, level, token, extra);
        };
    }

    RequestMeta meta(Wire wire) {
        return meta(wire, null, null, JsonObject.EMPTY);
    }
}
