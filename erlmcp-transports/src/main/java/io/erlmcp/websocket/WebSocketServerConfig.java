package io.erlmcp.websocket;

import io.erlmcp.network.Bounds;
import io.erlmcp.network.PeerLimits;

/**
 * The bounds of WebSocket connections.
 *
 * @param maxMessageBytes the largest message, however many frames it comes in
 * @param peer what one connection may hold, and its time-outs
 * @param compresses whether messages are compressed for clients that offer it
 */
public record WebSocketServerConfig(int maxMessageBytes, PeerLimits peer, boolean compresses) {
    public WebSocketServerConfig {
        Bounds.atLeast("maxMessageBytes", maxMessageBytes, 1);
    }

    /**
     * Messages up to 16 MiB, a ping every 30 s, 5 min without an answer, 100 KiB waiting; plain.
     */
    public static WebSocketServerConfig defaults() {
        return new WebSocketServerConfig(16 << 20, PeerLimits.defaults(), false);
    }

    public WebSocketServerConfig withMaxMessageBytes(int value) {
        return new WebSocketServerConfig(value, peer, compresses);
    }

    public WebSocketServerConfig withPeer(PeerLimits value) {
        return new WebSocketServerConfig(maxMessageBytes, value, compresses);
    }

    public WebSocketServerConfig withCompression(boolean value) {
        return new WebSocketServerConfig(maxMessageBytes, peer, value);
    }
}
