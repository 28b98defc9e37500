package io.erlmcp.feature;

import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.Revision;
import org.jspecify.annotations.Nullable;

/**
 * The client at the other end: what it speaks and offers. {@code info} is display data, absent if
 * it did not say.
 */
public record Peer(
        Revision revision, ClientCapabilities capabilities, @Nullable Implementation info) {}
