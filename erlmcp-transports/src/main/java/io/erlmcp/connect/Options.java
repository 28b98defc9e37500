package io.erlmcp.connect;

import java.util.Map;
import java.util.function.Consumer;

/**
 * What is not in a {@link Target} itself. A target uses what fits it.
 *
 * @param headers sent to a server on the network, over HTTP and WebSocket
 * @param onErrorLine hears what a child writes to its standard error
 */
public record Options(Map<String, String> headers, Consumer<String> onErrorLine) {
    public static final Options NONE = new Options(Map.of(), line -> {});

    public Options {
        headers = Map.copyOf(headers);
    }

    public Options withHeaders(Map<String, String> value) {
        return new Options(value, onErrorLine);
    }

    public Options withErrorLines(Consumer<String> value) {
        return new Options(headers, value);
    }

    /** Says nothing of the headers' values, which may be credentials. */
    @Override
    public String toString() {
        return "Options[" + headers.size() + " headers]";
    }
}
