package io.erlmcp.client;

import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerCapabilities;
import io.erlmcp.wire.Wire;
import org.jspecify.annotations.Nullable;

/**
 * What a client found out about its server.
 *
 * @param capabilities null when a modern server does not offer {@code server/discover}: then
 *     everything is tried
 * @param path on which it was made
 */
record Handshake(
        Revision revision,
        Wire wire,
        @Nullable ServerCapabilities capabilities,
        @Nullable Implementation serverInfo,
        @Nullable String instructions,
        int path) {
    boolean isModern() {
        return revision.era() == Era.MODERN;
    }
}
