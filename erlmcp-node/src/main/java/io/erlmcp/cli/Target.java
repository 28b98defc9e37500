package io.erlmcp.cli;

import io.erlmcp.http.HttpClientConfig;
import io.erlmcp.http.StreamableHttpClientTransport;
import io.erlmcp.tcp.SocketClientConfig;
import io.erlmcp.tcp.SocketTransport;
import io.erlmcp.transport.ChildProcessConfig;
import io.erlmcp.transport.ChildProcessTransport;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.websocket.WebSocketClientConfig;
import io.erlmcp.websocket.WebSocketTransport;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The server that a command talks to. */
sealed interface Target {
    /** A server on the network. */
    record Url(URI uri) implements Target {}

    /** A server that is started as a child and spoken to over its standard streams. */
    record Command(List<String> words) implements Target {
        public Command {
            words = List.copyOf(words);
        }
    }

    /**
     * @throws UsageException when {@code text} is no URL of a transport
     */
    static Target url(String text) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("\"" + text + "\" is not a URL");
        }
        try {
            return switch (String.valueOf(uri.getScheme())) {
                case "http", "https" -> {
                    var _ = HttpClientConfig.of(uri);
                    yield new Url(uri);
                }
                case "ws", "wss" -> {
                    var _ = WebSocketClientConfig.of(uri);
                    yield new Url(uri);
                }
                case "tcp", "unix" -> {
                    var _ = SocketClientConfig.of(uri);
                    yield new Url(uri);
                }
                default -> throw new IllegalArgumentException("unknown scheme");
            };
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    "\""
                            + text
                            + "\" is no target: give an http, https, ws, wss, tcp or unix URL, or"
                            + " -- COMMAND ARGS");
        }
    }

    /**
     * The way to the server.
     *
     * @param headers for the network
     * @param onErrorLine hears what a child writes to its standard error
     */
    default ClientTransport open(Map<String, String> headers, Consumer<String> onErrorLine) {
        return switch (this) {
            case Url url -> transport(url.uri(), headers);
            case Command command ->
                    new ChildProcessTransport(
                            ChildProcessConfig.of(command.words()).withErrorLines(onErrorLine));
        };
    }

    private static ClientTransport transport(URI uri, Map<String, String> headers) {
        return switch (uri.getScheme()) {
            case "ws", "wss" -> {
                WebSocketClientConfig config = WebSocketClientConfig.of(uri);
                for (Map.Entry<String, String> header : headers.entrySet()) {
                    config = config.withHeader(header.getKey(), header.getValue());
                }
                yield new WebSocketTransport(config);
            }
            case "tcp", "unix" -> new SocketTransport(SocketClientConfig.of(uri));
            default -> {
                HttpClientConfig config = HttpClientConfig.of(uri);
                for (Map.Entry<String, String> header : headers.entrySet()) {
                    config = config.withHeader(header.getKey(), header.getValue());
                }
                yield new StreamableHttpClientTransport(config);
            }
        };
    }
}
