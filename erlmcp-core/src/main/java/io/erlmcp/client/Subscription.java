package io.erlmcp.client;

import io.erlmcp.protocol.ListenFilter;
import java.util.Optional;

/**
 * A standing wish to hear of changes; ends with {@link #close}. Survives lost sessions and broken
 * streams; what changed meanwhile nobody knows, so all that is wanted is then told as changed.
 */
public interface Subscription extends AutoCloseable {
    /** What of the wish the server honours. */
    ListenFilter honoured();

    /** False once closed, or once the server refused to go on. */
    boolean isOpen();

    /** Why the server refused to go on; empty while open, and where it was closed here. */
    Optional<String> refusal();

    @Override
    void close();
}
