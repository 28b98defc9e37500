package io.erlmcp.websocket;

import io.erlmcp.network.PeerLimits;

/**
 * The bounds of WebSocket connections.
 *
 * @param maxMessageBytes the largest message, however many frames it comes in
 * @param peer what one connection may hold, and its time-outs
 */
public record WebSocketServerConfig(int maxMessageBytes, PeerLimits peer) {
    public WebSocketServerConfig {
        if (maxMessageBytes < 1) {
            throw new IllegalArgumentException(
                    "maxMessageBytes is " + maxMessageBytes + ", must be at least 1");
        }
    }

    /** Messages up to 16 MiB, a ping every 30 s, 5 min without an answer, 100 KiB waiting. */
    public static WebSocketServerConfig defaults() {
        return new WebSocketServerConfig(16 << 20, PeerLimits.defaults());
    }

    public WebSocketServerConfig withMaxMessageBytes(int value) {
        return new WebSocketServerConfig(value, peer);
    }

    public WebSocketServerConfig withPeer(PeerLimits value) {
        return new WebSocketServerConfig(maxMessageBytes, value);
    }
}
