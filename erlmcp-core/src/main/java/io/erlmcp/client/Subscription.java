package io.erlmcp.client;

import io.erlmcp.protocol.ListenFilter;

/**
 * A standing wish to hear of changes; ends with {@link #close}. Survives lost sessions and broken
 * streams.
 */
public interface Subscription extends AutoCloseable {
    /** What of the wish the server honours. */
    ListenFilter honoured();

    /** False once closed, or once the server refused to go on. */
    boolean isOpen();

    @Override
    void close();
}
