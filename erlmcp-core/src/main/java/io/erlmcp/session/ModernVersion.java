package io.erlmcp.session;

import io.erlmcp.json.Envelope;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Revision;
import io.erlmcp.wire.Wire;

/** Which modern revision a request speaks. */
final class ModernVersion {
    private ModernVersion() {}

    /** The codec of the request's revision; refuses with -32022 a version that is not ours. */
    static Wire check(Envelope request) {
        String version = request.protocolVersion();
        if (version == null) {
            // Not a string: the wire names what is wrong with the envelope.
            return Wire.of(Revision.LATEST);
        }
        return Revision.of(version)
                .filter(it -> it.era() == Era.MODERN)
                .map(Wire::of)
                .orElseThrow(() -> unsupported(version));
    }

    private static McpException unsupported(String version) {
        Object[] supported = Revision.of(Era.MODERN).stream().map(Revision::text).toArray();
        String shown = version.length() <= 64 ? version : version.substring(0, 64);
        return new McpException(
                ErrorCode.UNSUPPORTED_PROTOCOL_VERSION,
                "Unsupported protocol version: " + shown,
                JsonObject.of("supported", JsonArray.of(supported), "requested", version));
    }
}
