package io.erlmcp.network;

import io.netty.channel.Channel;
import java.time.Duration;

/** What a {@link Listener} tells its server; called on event loops, never blocks. */
public interface Acceptor {
    /**
     * A connection was accepted: gives its pipeline handlers.
     *
     * @param open connections, with this one
     */
    void accepted(Channel connection, LoopState loop, int open);

    /** No connections are accepted for now. */
    void paused(String reason, int open);

    /** Connections are accepted again. */
    void resumed(Duration pause);
}
