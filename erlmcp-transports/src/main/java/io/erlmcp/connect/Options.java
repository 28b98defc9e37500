package io.erlmcp.connect;

import io.erlmcp.tls.TlsClientConfig;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What is not in a {@link Target} itself. A target uses what fits it.
 *
 * @param headers sent to a server on the network, over HTTP and WebSocket
 * @param tls whom to trust and what to show, where the URL asks for TLS
 * @param onErrorLine hears what a child writes to its standard error
 */
public record Options(
        Map<String, String> headers, TlsClientConfig tls, Consumer<String> onErrorLine) {
    public static final Options NONE = new Options(Map.of(), TlsClientConfig.usual(), line -> {});

    public Options {
        headers = Map.copyOf(headers);
    }

    public Options withHeaders(Map<String, String> value) {
        return new Options(value, tls, onErrorLine);
    }

    public Options withTls(TlsClientConfig value) {
        return new Options(headers, value, onErrorLine);
    }

    public Options withErrorLines(Consumer<String> value) {
        return new Options(headers, tls, value);
    }

    /** Says nothing of the headers' values, which may be credentials. */
    @Override
    public String toString() {
        return "Options[" + headers.size() + " headers]";
    }
}
