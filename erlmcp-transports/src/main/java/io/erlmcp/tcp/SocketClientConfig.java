package io.erlmcp.tcp;

import io.erlmcp.tls.TlsClientConfig;
import io.erlmcp.transport.Backoff;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a client speaks to a server over TCP or a Unix domain socket.
 *
 * @param host the server's name or address; null for a Unix domain socket
 * @param port its port; 0 for a Unix domain socket
 * @param path the socket's file, or null for TCP
 * @param maxMessageBytes the longest message that the server may send
 * @param maxQueuedBytes what may wait for a server that does not read
 * @param connectTimeout for the connection
 * @param backoff pauses between attempts to connect again
 * @param tls whom to trust and what to show; null for no TLS
 */
public record SocketClientConfig(
        @Nullable String host,
        int port,
        @Nullable Path path,
        int maxMessageBytes,
        int maxQueuedBytes,
        Duration connectTimeout,
        Backoff backoff,
        @Nullable TlsClientConfig tls) {
    /** The port of {@code tcp://host}. */
    public static final int DEFAULT_PORT = 9999;

    public SocketClientConfig {
        if ((host == null) == (path == null)) {
            throw new IllegalArgumentException("a socket has either a host or a path");
        }
        if (path != null && tls != null) {
            throw new IllegalArgumentException("a Unix domain socket has no TLS");
        }
        if (port < 0 || port > 65_535 || maxMessageBytes < 1 || maxQueuedBytes < 1) {
            throw new IllegalArgumentException(
                    "port "
                            + port
                            + ", maxMessageBytes "
                            + maxMessageBytes
                            + ", maxQueuedBytes "
                            + maxQueuedBytes
                            + ": out of range");
        }
    }

    public static SocketClientConfig tcp(String host, int port) {
        return new SocketClientConfig(
                host,
                port,
                null,
                16 << 20,
                32 << 20,
                Duration.ofSeconds(10),
                Backoff.defaults(),
                null);
    }

    public static SocketClientConfig unix(Path path) {
        return new SocketClientConfig(
                null,
                0,
                path,
                16 << 20,
                32 << 20,
                Duration.ofSeconds(10),
                Backoff.defaults(),
                null);
    }

    /** {@code tcp://host[:port]}, {@code tcps://host[:port]} with TLS, or {@code unix:///path}. */
    public static SocketClientConfig of(URI url) {
        return switch (String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT)) {
            case "tcp" -> hosted(url);
            case "tcps" -> hosted(url).withTls(TlsClientConfig.usual());
            case "unix" -> {
                if (url.getHost() != null || url.getPath() == null || url.getPath().isEmpty()) {
                    throw new IllegalArgumentException("\"" + url + "\" is not unix:///path");
                }
                yield unix(Path.of(url.getPath()));
            }
            default ->
                    throw new IllegalArgumentException(
                            "the URL of a socket starts with tcp://, tcps:// or unix://, not \""
                                    + url
                                    + "\"");
        };
    }

    private static SocketClientConfig hosted(URI url) {
        if (url.getHost() == null || !url.getRawPath().isEmpty() || url.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "\"" + url + "\" is not tcp://host or tcp://host:port");
        }
        String host = url.getHost();
        boolean bracketed = host.startsWith("[");
        return tcp(
                bracketed ? host.substring(1, host.length() - 1) : host,
                url.getPort() < 0 ? DEFAULT_PORT : url.getPort());
    }

    public SocketClientConfig withTls(TlsClientConfig value) {
        return new SocketClientConfig(
                host, port, path, maxMessageBytes, maxQueuedBytes, connectTimeout, backoff, value);
    }

    public SocketClientConfig withMaxMessageBytes(int bytes) {
        return new SocketClientConfig(
                host, port, path, bytes, maxQueuedBytes, connectTimeout, backoff, tls);
    }

    public SocketClientConfig withBackoff(Backoff value) {
        return new SocketClientConfig(
                host, port, path, maxMessageBytes, maxQueuedBytes, connectTimeout, value, tls);
    }

    /** The URL of the server. */
    public String url() {
        if (path != null) {
            return "unix://" + path.toAbsolutePath();
        }
        String name = String.valueOf(host);
        return (tls == null ? "tcp://" : "tcps://")
                + (name.contains(":") ? "[" + name + "]" : name)
                + ":"
                + port;
    }
}
