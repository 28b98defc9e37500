package io.erlmcp.cli;

import io.erlmcp.http.HttpClientConfig;
import io.erlmcp.http.StreamableHttpClientTransport;
import io.erlmcp.transport.ChildProcessConfig;
import io.erlmcp.transport.ChildProcessTransport;
import io.erlmcp.transport.ClientTransport;
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
     * @throws UsageException when {@code text} is no http URL
     */
    static Target url(String text) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("\"" + text + "\" is not a URL");
        }
        if (uri.getScheme() == null
                || !uri.getScheme().matches("https?")
                || uri.getHost() == null) {
            throw new UsageException(
                    "\"" + text + "\" is no target: give an http or https URL, or -- COMMAND ARGS");
        }
        return new Url(uri);
    }

    /**
     * The way to the server.
     *
     * @param headers for the network
     * @param onErrorLine hears what a child writes to its standard error
     */
    default ClientTransport open(Map<String, String> headers, Consumer<String> onErrorLine) {
        return switch (this) {
            case Url url -> {
                HttpClientConfig config = HttpClientConfig.of(url.uri());
                for (Map.Entry<String, String> header : headers.entrySet()) {
                    config = config.withHeader(header.getKey(), header.getValue());
                }
                yield new StreamableHttpClientTransport(config);
            }
            case Command command ->
                    new ChildProcessTransport(
                            ChildProcessConfig.of(command.words()).withErrorLines(onErrorLine));
        };
    }
}
