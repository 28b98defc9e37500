package io.erlmcp.connect;

import io.erlmcp.http.HttpClientConfig;
import io.erlmcp.http.HttpClientTransport;
import io.erlmcp.http.SseClientTransport;
import io.erlmcp.tcp.SocketClientConfig;
import io.erlmcp.tcp.SocketTransport;
import io.erlmcp.transport.ChildProcessConfig;
import io.erlmcp.transport.ChildProcessTransport;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.websocket.WebSocketClientConfig;
import io.erlmcp.websocket.WebSocketTransport;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Where a server is, and so how it is spoken to:
 *
 * <ul>
 *   <li>{@code http}, {@code https}: Streamable HTTP, or HTTP+SSE where the server knows nothing
 *       else; a path that ends in {@code /sse} is HTTP+SSE at once
 *   <li>{@code ws}, {@code wss}: WebSocket
 *   <li>{@code tcp://host[:port]}, with TLS {@code tcps://host[:port]}, {@code unix:///path}: a
 *       message a line
 *   <li>a command: a child process over its standard streams
 * </ul>
 */
public sealed interface Target {
    /** A server on the network, or behind a socket of this machine. */
    record Url(URI uri) implements Target {
        public Url {
            Target.check(uri);
        }
    }

    private static void check(URI uri) {
        var _ =
                switch (scheme(uri)) {
                    case "http", "https" -> HttpClientConfig.of(uri);
                    case "ws", "wss" -> WebSocketClientConfig.of(uri);
                    case "tcp", "tcps", "unix" -> SocketClientConfig.of(uri);
                    default -> throw unknown(uri);
                };
    }

    private static String scheme(URI uri) {
        return String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    }

    private static IllegalArgumentException unknown(URI uri) {
        return new IllegalArgumentException(
                "\"" + uri + "\" is no http, https, ws, wss, tcp, tcps or unix URL of a server");
    }

    /** A server that is started as a child. */
    record Command(List<String> words) implements Target {
        public Command {
            words = List.copyOf(words);
            if (words.isEmpty()) {
                throw new IllegalArgumentException("a command has at least one word");
            }
        }
    }

    /**
     * @throws IllegalArgumentException when {@code text} is no URL of a transport
     */
    static Target url(String text) {
        return new Url(URI.create(text));
    }

    /** The way to the server; not open yet. */
    default ClientTransport transport(Options options) {
        return switch (this) {
            case Url url -> overNetwork(url.uri(), options);
            case Command command ->
                    new ChildProcessTransport(
                            ChildProcessConfig.of(command.words())
                                    .withErrorLines(options.onErrorLine()));
        };
    }

    private static ClientTransport overNetwork(URI uri, Options options) {
        return switch (scheme(uri)) {
            case "http", "https" -> overHttp(uri, options);
            case "ws", "wss" -> {
                WebSocketClientConfig config = WebSocketClientConfig.of(uri).withTls(options.tls());
                for (Map.Entry<String, String> header : options.headers().entrySet()) {
                    config = config.withHeader(header.getKey(), header.getValue());
                }
                yield new WebSocketTransport(config);
            }
            case "tcps" -> new SocketTransport(SocketClientConfig.of(uri).withTls(options.tls()));
            case "tcp", "unix" -> new SocketTransport(SocketClientConfig.of(uri));
            default -> throw unknown(uri);
        };
    }

    private static ClientTransport overHttp(URI uri, Options options) {
        HttpClientConfig config = HttpClientConfig.of(uri).withTls(options.tls());
        for (Map.Entry<String, String> header : options.headers().entrySet()) {
            config = config.withHeader(header.getKey(), header.getValue());
        }
        String path = String.valueOf(uri.getPath());
        return path.endsWith("/sse")
                ? new SseClientTransport(config)
                : new HttpClientTransport(config);
    }
}
