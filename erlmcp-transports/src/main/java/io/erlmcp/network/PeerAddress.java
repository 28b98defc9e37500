package io.erlmcp.network;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/** The address at the other end of a connection, as it is counted, logged and authenticated. */
public final class PeerAddress {
    private PeerAddress() {}

    /** The address without its port; {@code unknown} where there is none. */
    public static String of(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress address
                        && address.getAddress() != null
                ? address.getAddress().getHostAddress()
                : "unknown";
    }
}
