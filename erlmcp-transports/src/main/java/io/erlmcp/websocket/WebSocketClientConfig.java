package io.erlmcp.websocket;

import io.erlmcp.transport.Backoff;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a client speaks to a server over WebSocket.
 *
 * @param url {@code ws} or {@code wss}, without user info
 * @param headers sent with the handshake, credentials among them
 * @param maxMessageBytes the largest message that the server may send
 * @param maxQueuedBytes what may wait for a server that does not read
 * @param connectTimeout for the connection and the handshake
 * @param backoff pauses between attempts to connect again
 */
public record WebSocketClientConfig(
        URI url,
        Map<String, String> headers,
        int maxMessageBytes,
        int maxQueuedBytes,
        Duration connectTimeout,
        Backoff backoff) {
    public WebSocketClientConfig {
        String scheme = String.valueOf(url.getScheme());
        if (!scheme.equalsIgnoreCase("ws") && !scheme.equalsIgnoreCase("wss")) {
            throw new IllegalArgumentException(
                    "the URL of a WebSocket server must be ws or wss, is: " + scheme);
        }
        if (url.getHost() == null || url.getRawUserInfo() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "the URL of a server must have a host, no user info and no fragment");
        }
        headers = Map.copyOf(headers);
        if (maxMessageBytes < 1 || maxQueuedBytes < 1) {
            throw new IllegalArgumentException(
                    "limits must be positive: maxMessageBytes "
                            + maxMessageBytes
                            + ", maxQueuedBytes "
                            + maxQueuedBytes);
        }
    }

    public static WebSocketClientConfig of(URI url) {
        return new WebSocketClientConfig(
                url, Map.of(), 16 << 20, 32 << 20, Duration.ofSeconds(10), Backoff.defaults());
    }

    public static WebSocketClientConfig of(String url) {
        return of(URI.create(url));
    }

    /** With one more header. */
    public WebSocketClientConfig withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new WebSocketClientConfig(
                url, more, maxMessageBytes, maxQueuedBytes, connectTimeout, backoff);
    }

    public WebSocketClientConfig withMaxMessageBytes(int bytes) {
        return new WebSocketClientConfig(
                url, headers, bytes, maxQueuedBytes, connectTimeout, backoff);
    }

    public WebSocketClientConfig withBackoff(Backoff value) {
        return new WebSocketClientConfig(
                url, headers, maxMessageBytes, maxQueuedBytes, connectTimeout, value);
    }

    /** Says nothing of the headers, which may hold credentials. */
    @Override
    public String toString() {
        return "WebSocketClientConfig[" + url + ", " + headers.size() + " headers]";
    }
}
