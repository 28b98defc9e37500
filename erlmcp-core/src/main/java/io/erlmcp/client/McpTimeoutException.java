package io.erlmcp.client;

import java.time.Duration;

// tidy: name, because users catch it beside McpException and look for it there
/** The server did not answer in time; it was told that nobody waits any more. */
public final class McpTimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Duration limit;

    McpTimeoutException(String what, Duration limit) {
        super(what + " was not answered within " + limit.toMillis() + " ms");
        this.limit = limit;
    }

    /** The limit that passed. */
    public Duration limit() {
        return limit;
    }
}
