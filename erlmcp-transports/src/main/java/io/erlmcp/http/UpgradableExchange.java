package io.erlmcp.http;

import io.erlmcp.network.LoopState;
import io.erlmcp.transport.HttpExchange;
import io.netty.channel.Channel;
import java.util.List;

/**
 * A request on a connection that another protocol may take over. What {@link HttpServer} hands to
 * its routes is of this type.
 */
public interface UpgradableExchange extends HttpExchange {
    /**
     * Answers with status 101 and leaves the connection to {@code taker}.
     *
     * @param headers names and values in turn, Upgrade and Connection among them
     */
    void upgrade(List<String> headers, Taker taker);

    /** Who goes on with the connection. */
    interface Taker {
        /**
         * Gives the channel handlers of its own; on its loop, which looks after what is added to
         * {@code loop}. The next bytes of the peer go to them.
         */
        void take(Channel channel, LoopState loop);
    }
}
