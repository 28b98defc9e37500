package io.erlmcp.tcp;

import io.erlmcp.network.PeerLimits;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where a server of newline-delimited messages listens, and every bound it keeps.
 *
 * @param address host and port, 0 for a free one, or the path of a Unix domain socket
 * @param maxConnections at this number the server stops accepting until one closes
 * @param maxLineBytes the longest message, without its line end; a longer one is skipped and
 *     refused
 * @param engine the network engine
 */
public record TcpServerConfig(
        SocketAddress address,
        int maxConnections,
        int maxLineBytes,
        PeerLimits peer,
        Engine engine) {
    /** What the kernel takes as the path of a socket. */
    private static final int MAX_PATH_BYTES = 107;

    /**
     * @param preferNative use epoll where it exists, NIO elsewhere
     * @param eventLoops threads that move bytes
     * @param backlog connections that the kernel holds for us to accept
     */
    public record Engine(boolean preferNative, int eventLoops, int backlog) {
        public Engine {
            if (eventLoops < 1 || backlog < 1) {
                throw new IllegalArgumentException(
                        "eventLoops is "
                                + eventLoops
                                + " and backlog "
                                + backlog
                                + ", must be at least 1");
            }
        }
    }

    public TcpServerConfig {
        if (maxConnections < 1 || maxLineBytes < 1) {
            throw new IllegalArgumentException(
                    "maxConnections is "
                            + maxConnections
                            + " and maxLineBytes "
                            + maxLineBytes
                            + ", must be at least 1");
        }
        if (address instanceof UnixDomainSocketAddress unix) {
            checkPath(unix.getPath());
        } else if (!(address instanceof InetSocketAddress)) {
            throw new IllegalArgumentException("cannot listen on " + address);
        }
    }

    private static void checkPath(Path path) {
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > MAX_PATH_BYTES) {
            throw new IllegalArgumentException(
                    "the path of a socket has 1 to "
                            + MAX_PATH_BYTES
                            + " bytes, this one has "
                            + length
                            + ": "
                            + path);
        }
    }

    /** TCP on {@code host}; 15,000 connections, lines of 16 MiB, a backlog of 1,024. */
    public static TcpServerConfig tcp(String host, int port) {
        return at(new InetSocketAddress(host, port));
    }

    /** A Unix domain socket, which only this user may connect to; bounds as for TCP. */
    public static TcpServerConfig unix(Path path) {
        return at(UnixDomainSocketAddress.of(path));
    }

    private static TcpServerConfig at(SocketAddress address) {
        return new TcpServerConfig(
                address,
                15_000,
                16 << 20,
                PeerLimits.defaults(),
                new Engine(true, Runtime.getRuntime().availableProcessors(), 1024));
    }

    public TcpServerConfig withMaxConnections(int value) {
        return new TcpServerConfig(address, value, maxLineBytes, peer, engine);
    }

    public TcpServerConfig withMaxLineBytes(int value) {
        return new TcpServerConfig(address, maxConnections, value, peer, engine);
    }

    public TcpServerConfig withPeer(PeerLimits value) {
        return new TcpServerConfig(address, maxConnections, maxLineBytes, value, engine);
    }

    public TcpServerConfig withEngine(Engine value) {
        return new TcpServerConfig(address, maxConnections, maxLineBytes, peer, value);
    }

    /** {@code tcp} or {@code unix}. */
    public String transport() {
        return address instanceof UnixDomainSocketAddress ? "unix" : "tcp";
    }
}
