package io.erlmcp.network;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/**
 * Event loops and the listening channel that goes with them: epoll where it exists, else NIO.
 *
 * @param address as the channel wants it
 */
record NetworkEngine(
        EventLoopGroup loops, Class<? extends ServerChannel> listener, SocketAddress address) {
    boolean isEpoll() {
        return listener == EpollServerSocketChannel.class
                || listener == EpollServerDomainSocketChannel.class;
    }

    static NetworkEngine start(Listener.Setup setup) {
        boolean epoll = setup.engine().preferNative() && Epoll.isAvailable();
        IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        var threads = new DefaultThreadFactory(setup.threads(), true);
        var loops = new MultiThreadIoEventLoopGroup(setup.engine().eventLoops(), threads, handlers);
        if (setup.address() instanceof UnixDomainSocketAddress unix) {
            return epoll
                    ? new NetworkEngine(
                            loops,
                            EpollServerDomainSocketChannel.class,
                            new DomainSocketAddress(unix.getPath().toString()))
                    : new NetworkEngine(loops, NioServerDomainSocketChannel.class, unix);
        }
        return new NetworkEngine(
                loops,
                epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class,
                setup.address());
    }
}
