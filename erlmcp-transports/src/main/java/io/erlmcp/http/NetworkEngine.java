package io.erlmcp.http;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;

/** Event loops and the listening channel that goes with them: epoll where it exists, else NIO. */
record NetworkEngine(EventLoopGroup loops, Class<? extends ServerChannel> listener) {
    static NetworkEngine start(HttpServerConfig.Engine config) {
        boolean epoll = config.preferNative() && Epoll.isAvailable();
        IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        var threads = new DefaultThreadFactory("http", true);
        return new NetworkEngine(
                new MultiThreadIoEventLoopGroup(config.eventLoops(), threads, handlers),
                epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class);
    }

    /** The address at the other end of {@code channel}, without its port. */
    static String peerOf(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress address
                        && address.getAddress() != null
                ? address.getAddress().getHostAddress()
                : "unknown";
    }
}
