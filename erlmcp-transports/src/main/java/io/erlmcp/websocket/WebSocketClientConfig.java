package io.erlmcp.websocket;

import io.erlmcp.network.Bounds;
import io.erlmcp.tls.TlsClientConfig;
import io.erlmcp.transport.Backoff;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How a client speaks to a server over WebSocket.
 *
 * @param url {@code ws} or {@code wss}, without user info
 * @param headers sent with the handshake, credentials among them
 * @param maxMessageBytes the largest message that the server may send, expanded
 * @param maxQueuedBytes what may wait for a server that does not read
 * @param connectTimeout for the connection and the handshake
 * @param ping silence after which the server is pinged; after as much again it is given up
 * @param backoff pauses between attempts to connect again
 * @param compresses whether compressed messages are offered to the server
 * @param tls whom to trust and what to show, with {@code wss}
 */
public record WebSocketClientConfig(
        URI url,
        Map<String, String> headers,
        int maxMessageBytes,
        int maxQueuedBytes,
        Duration connectTimeout,
        Duration ping,
        Backoff backoff,
        boolean compresses,
        TlsClientConfig tls) {
    /** What the handshake itself says. */
    private static final List<String> RESERVED = List.of("host", "connection", "upgrade");

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
        headers.forEach(WebSocketClientConfig::checkHeader);
        headers = Map.copyOf(headers);
        Bounds.atLeast("maxMessageBytes", maxMessageBytes, 1);
        Bounds.atLeast("maxQueuedBytes", maxQueuedBytes, 1);
        Bounds.atLeast("ping in milliseconds", ping.toMillis(), 1);
    }

    /** What is refused is named, but for the value, which may be a credential. */
    private static void checkHeader(String name, String value) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")
                || RESERVED.contains(lower)
                || lower.startsWith("sec-websocket-")) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" cannot be the name of a header of the handshake");
        }
        if (!value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c != 0x7f && c <= 0xff))) {
            throw new IllegalArgumentException(
                    "the value of the header " + name + " holds what a header cannot");
        }
    }

    public static WebSocketClientConfig of(URI url) {
        return new WebSocketClientConfig(
                url,
                Map.of(),
                16 << 20,
                32 << 20,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Backoff.defaults(),
                false,
                TlsClientConfig.usual());
    }

    public static WebSocketClientConfig of(String url) {
        return of(URI.create(url));
    }

    /** With one more header. */
    public WebSocketClientConfig withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return with(more, maxMessageBytes, ping, backoff, compresses, tls);
    }

    public WebSocketClientConfig withMaxMessageBytes(int bytes) {
        return with(headers, bytes, ping, backoff, compresses, tls);
    }

    public WebSocketClientConfig withPing(Duration value) {
        return with(headers, maxMessageBytes, value, backoff, compresses, tls);
    }

    public WebSocketClientConfig withBackoff(Backoff value) {
        return with(headers, maxMessageBytes, ping, value, compresses, tls);
    }

    public WebSocketClientConfig withCompression(boolean value) {
        return with(headers, maxMessageBytes, ping, backoff, value, tls);
    }

    public WebSocketClientConfig withTls(TlsClientConfig value) {
        return with(headers, maxMessageBytes, ping, backoff, compresses, value);
    }

    private WebSocketClientConfig with(
            Map<String, String> newHeaders,
            int newMaxMessageBytes,
            Duration newPing,
            Backoff newBackoff,
            boolean newCompresses,
            TlsClientConfig newTls) {
        return new WebSocketClientConfig(
                url,
                newHeaders,
                newMaxMessageBytes,
                maxQueuedBytes,
                connectTimeout,
                newPing,
                newBackoff,
                newCompresses,
                newTls);
    }

    boolean isSecured() {
        return url.getScheme().equalsIgnoreCase("wss");
    }

    /** The name or address to connect to, without brackets. */
    String host() {
        String host = url.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    int port() {
        return url.getPort() >= 0 ? url.getPort() : isSecured() ? 443 : 80;
    }

    /** Says nothing of the headers, which may hold credentials. */
    @Override
    public String toString() {
        return "WebSocketClientConfig[" + url + ", " + headers.size() + " headers]";
    }
}
