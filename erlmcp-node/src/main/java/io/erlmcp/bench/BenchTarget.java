package io.erlmcp.bench;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

/** The server under load. It is on this machine: load for others is refused. */
public sealed interface BenchTarget {
    /** A server at {@code localhost}, {@code 127.x.y.z} or {@code [::1]}; nothing else is taken. */
    record Http(URI url) implements BenchTarget {
        private static final int HTTP_PORT = 80;

        public Http {
            if (!"http".equals(url.getScheme()) || url.getHost() == null) {
                throw new IllegalArgumentException("\"" + url + "\" is no http URL");
            }
            if (!isLoopback(url.getHost())) {
                throw new IllegalArgumentException(
                        "bench sends load to this machine only: "
                                + url.getHost()
                                + " is neither localhost nor 127.x.y.z nor [::1]");
            }
        }

        private static boolean isLoopback(String host) {
            return host.equals("localhost")
                    || host.equals("[::1]")
                    || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
        }

        /** Where to connect to. */
        InetSocketAddress address() {
            int port = url.getPort() < 0 ? HTTP_PORT : url.getPort();
            try {
                InetAddress address = InetAddress.getByName(url.getHost());
                if (!address.isLoopbackAddress()) {
                    throw new BenchException(url.getHost() + " is not a loopback address here");
                }
                return new InetSocketAddress(address, port);
            } catch (UnknownHostException e) {
                throw new BenchException("the host " + url.getHost() + " has no address");
            }
        }

        /** What the request line names. */
        String path() {
            String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
            return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
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
    }
}
