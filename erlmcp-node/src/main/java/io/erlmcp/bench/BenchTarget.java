package io.erlmcp.bench;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The server under load. It is on this machine: load for others is refused. */
public sealed interface BenchTarget {
    /** As it stood on the command line. */
    String text();

    /** The target that a URL names: http, ws, tcp or unix, on this machine. */
    static BenchTarget of(URI url) {
        return "http".equals(url.getScheme()) ? new Http(url) : new Duplex(url);
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost")
                || host.equals("[::1]")
                || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
    }

    private static void checkLoopback(String host) {
        if (!isLoopback(host)) {
            throw new IllegalArgumentException(
                    "bench sends load to this machine only: "
                            + host
                            + " is neither localhost nor 127.x.y.z nor [::1]");
        }
    }

    private static InetSocketAddress resolve(String host, int port) {
        try {
            InetAddress address = InetAddress.getByName(host);
            if (!address.isLoopbackAddress()) {
                throw new BenchException(host + " is not a loopback address here");
            }
            return new InetSocketAddress(address, port);
        } catch (UnknownHostException e) {
            throw new BenchException("the host " + host + " has no address");
        }
    }

    /** A server at {@code localhost}, {@code 127.x.y.z} or {@code [::1]}; nothing else is taken. */
    record Http(URI url) implements BenchTarget {
        private static final int HTTP_PORT = 80;

        public Http {
            if (!"http".equals(url.getScheme()) || url.getHost() == null) {
                throw new IllegalArgumentException("\"" + url + "\" is no http URL");
            }
            checkLoopback(url.getHost());
        }

        @Override
        public String text() {
            return url.toString();
        }

        /** Where to connect to. */
        InetSocketAddress address() {
            return resolve(url.getHost(), url.getPort() < 0 ? HTTP_PORT : url.getPort());
        }

        /** What the request line names. */
        String path() {
            String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
            return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
        }
    }

    /** A server whose connections carry messages both ways: ws, tcp or unix. */
    record Duplex(URI url) implements BenchTarget {
        public Duplex {
            switch (String.valueOf(url.getScheme())) {
                case "unix" -> {
                    if (url.getPath() == null || url.getPath().isEmpty()) {
                        throw new IllegalArgumentException("\"" + url + "\" names no file");
                    }
                }
                case "ws", "tcp" -> {
                    if (url.getHost() == null || url.getPort() < 0) {
                        throw new IllegalArgumentException(
                                "\"" + url + "\" names no host and port");
                    }
                    checkLoopback(url.getHost());
                }
                default ->
                        throw new IllegalArgumentException(
                                "\"" + url + "\" is no http, ws, tcp or unix URL");
            }
        }

        @Override
        public String text() {
            return url.toString();
        }

        DuplexFraming framing() {
            return url.getScheme().equals("ws") ? DuplexFraming.WEBSOCKET : DuplexFraming.LINES;
        }

        SocketAddress address() {
            return url.getScheme().equals("unix")
                    ? UnixDomainSocketAddress.of(url.getPath())
                    : resolve(url.getHost(), url.getPort());
        }

        /** The request that opens a WebSocket. The key need not be a secret, only 16 bytes. */
        byte[] handshake() {
            String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
            String head =
                    "GET "
                            + path
                            + " HTTP/1.1\r\nHost: "
                            + url.getAuthority()
                            + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mcp\r\n\r\n";
            return head.getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** A server that is started as a child and spoken to over its standard streams. */
    record Child(List<String> command) implements BenchTarget {
        public Child {
            command = List.copyOf(command);
            if (command.isEmpty()) {
                throw new IllegalArgumentException("the command of the child is empty");
            }
        }

        @Override
        public String text() {
            return String.join(" ", command);
        }
    }
}
