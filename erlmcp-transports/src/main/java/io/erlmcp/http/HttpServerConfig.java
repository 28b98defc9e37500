package io.erlmcp.http;

import io.erlmcp.network.Bounds;
import io.erlmcp.network.EngineConfig;
import io.erlmcp.tls.TlsServerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where an HTTP server listens, and every bound it keeps.
 *
 * @param host the address or name to bind
 * @param port the port to bind; 0 picks a free one
 * @param engine the network engine
 * @param tls what to show and ask for before the first byte of HTTP; null for plain HTTP
 */
public record HttpServerConfig(
        String host,
        int port,
        Limits limits,
        Timeouts timeouts,
        Access access,
        EngineConfig engine,
        @Nullable TlsServerConfig tls) {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    public HttpServerConfig {
        Bounds.atLeast("port", port, 0);
        Bounds.atMost("port", port, 65_535);
    }

    /** Loopback, port 8080, and the documented bounds. */
    public static HttpServerConfig defaults() {
        return new HttpServerConfig(
                "127.0.0.1",
                8080,
                Limits.defaults(),
                Timeouts.defaults(),
                Access.loopback(),
                EngineConfig.defaults(),
                null);
    }

    public HttpServerConfig withHost(String value) {
        return new HttpServerConfig(value, port, limits, timeouts, access, engine, tls);
    }

    public HttpServerConfig withPort(int value) {
        return new HttpServerConfig(host, value, limits, timeouts, access, engine, tls);
    }

    public HttpServerConfig withLimits(Limits value) {
        return new HttpServerConfig(host, port, value, timeouts, access, engine, tls);
    }

    public HttpServerConfig withTimeouts(Timeouts value) {
        return new HttpServerConfig(host, port, limits, value, access, engine, tls);
    }

    public HttpServerConfig withAccess(Access value) {
        return new HttpServerConfig(host, port, limits, timeouts, value, engine, tls);
    }

    public HttpServerConfig withEngine(EngineConfig value) {
        return new HttpServerConfig(host, port, limits, timeouts, access, value, tls);
    }

    /** With TLS in front of every connection; null for none. */
    public HttpServerConfig withTls(@Nullable TlsServerConfig value) {
        return new HttpServerConfig(host, port, limits, timeouts, access, engine, value);
    }

    /**
     * What one peer may send or make us hold.
     *
     * @param maxConnections open connections; at this number the server stops accepting until one
     *     closes
     * @param maxRequestLineBytes method, target and version, without the line end
     * @param maxHeaderBytes all header lines of a request with their line ends
     * @param maxHeaders header lines of a request
     * @param maxBodyBytes a body, as sent and as decompressed
     */
    public record Limits(
            int maxConnections,
            int maxRequestLineBytes,
            int maxHeaderBytes,
            int maxHeaders,
            int maxBodyBytes,
            Outbound outbound) {
        /** Offsets into a request's head are kept in 16 bits. */
        private static final int HEAD_BOUND = 60_000;

        public Limits {
            Bounds.atLeast("maxConnections", maxConnections, 1);
            Bounds.atLeast("maxRequestLineBytes", maxRequestLineBytes, 16);
            Bounds.atLeast("maxHeaderBytes", maxHeaderBytes, 16);
            Bounds.atLeast("maxHeaders", maxHeaders, 1);
            Bounds.atLeast("maxBodyBytes", maxBodyBytes, 0);
            if (maxRequestLineBytes > HEAD_BOUND
                    || maxRequestLineBytes + maxHeaderBytes > HEAD_BOUND) {
                throw new IllegalArgumentException(
                        "maxRequestLineBytes + maxHeaderBytes is "
                                + ((long) maxRequestLineBytes + maxHeaderBytes)
                                + ", must be at most "
                                + HEAD_BOUND);
            }
        }

        public static Limits defaults() {
            return new Limits(15_000, 8 * KIB, 32 * KIB, 200, 16 * MIB, Outbound.defaults());
        }

        public Limits withMaxConnections(int value) {
            return new Limits(
                    value, maxRequestLineBytes, maxHeaderBytes, maxHeaders, maxBodyBytes, outbound);
        }

        public Limits withMaxRequestLineBytes(int value) {
            return new Limits(
                    maxConnections, value, maxHeaderBytes, maxHeaders, maxBodyBytes, outbound);
        }

        public Limits withMaxHeaderBytes(int value) {
            return new Limits(
                    maxConnections, maxRequestLineBytes, value, maxHeaders, maxBodyBytes, outbound);
        }

        public Limits withMaxHeaders(int value) {
            return new Limits(
                    maxConnections,
                    maxRequestLineBytes,
                    maxHeaderBytes,
                    value,
                    maxBodyBytes,
                    outbound);
        }

        public Limits withMaxBodyBytes(int value) {
            return new Limits(
                    maxConnections,
                    maxRequestLineBytes,
                    maxHeaderBytes,
                    maxHeaders,
                    value,
                    outbound);
        }

        public Limits withOutbound(Outbound value) {
            return new Limits(
                    maxConnections,
                    maxRequestLineBytes,
                    maxHeaderBytes,
                    maxHeaders,
                    maxBodyBytes,
                    value);
        }
    }

    /**
     * What one connection may hold for a peer that does not read.
     *
     * @param lowWaterBytes producers go on when no more than this is unsent
     * @param highWaterBytes producers wait when more than this is unsent
     * @param maxBytes a stream that holds this much when one more event comes is cut
     */
    public record Outbound(int lowWaterBytes, int highWaterBytes, int maxBytes) {
        public Outbound {
            Bounds.atLeast("lowWaterBytes", lowWaterBytes, 1);
            Bounds.atLeast("highWaterBytes", highWaterBytes, lowWaterBytes);
            Bounds.atLeast("outbound maxBytes", maxBytes, highWaterBytes);
        }

        public static Outbound defaults() {
            return new Outbound(64 * KIB, 256 * KIB, 4 * MIB);
        }
    }

    /**
     * How long a peer may take.
     *
     * @param header from the first byte of a request (or from the connect) to the end of its
     *     headers
     * @param body from the end of the headers to the end of the body
     * @param idle between requests of a kept connection
     * @param write without reading at least 1 KiB a second of what waits for it
     * @param sseKeepAlive silence on an event stream before a comment is sent
     */
    public record Timeouts(
            Duration header, Duration body, Duration idle, Duration write, Duration sseKeepAlive) {
        public Timeouts {
            Bounds.positive("header", header);
            Bounds.positive("body", body);
            Bounds.positive("idle", idle);
            Bounds.positive("write", write);
            Bounds.positive("sseKeepAlive", sseKeepAlive);
        }

        public static Timeouts defaults() {
            return new Timeouts(
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(25),
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(30));
        }

        public Timeouts withHeader(Duration value) {
            return new Timeouts(value, body, idle, write, sseKeepAlive);
        }

        public Timeouts withBody(Duration value) {
            return new Timeouts(header, value, idle, write, sseKeepAlive);
        }

        public Timeouts withIdle(Duration value) {
            return new Timeouts(header, body, value, write, sseKeepAlive);
        }

        public Timeouts withWrite(Duration value) {
            return new Timeouts(header, body, idle, value, sseKeepAlive);
        }

        public Timeouts withSseKeepAlive(Duration value) {
            return new Timeouts(header, body, idle, write, value);
        }
    }

    /**
     * Who may call from a browser. Everything else is refused with 403.
     *
     * @param hosts values of the Host header: {@code name} (any port) or {@code name:port}; {@code
     *     *} lets every name in. The bound host is always among them, unless it is a wildcard
     *     address.
     * @param origins values of the Origin header: {@code scheme://name[:port]}, port {@code *} for
     *     any. Never {@code *} alone.
     */
    public record Access(List<String> hosts, List<String> origins) {
        private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "[::1]");

        public Access {
            hosts = List.copyOf(hosts);
            origins = List.copyOf(origins);
            for (String origin : origins) {
                if (!origin.startsWith("http://") && !origin.startsWith("https://")) {
                    throw new IllegalArgumentException(
                            "allowed origin \""
                                    + origin
                                    + "\" must be http:// or https:// and a host; a wildcard is not"
                                    + " offered");
                }
            }
        }

        /** The names of this machine itself, any port. */
        public static Access loopback() {
            List<String> origins = new ArrayList<>();
            for (String name : LOOPBACK) {
                origins.add("http://" + name + ":*");
                origins.add("https://" + name + ":*");
            }
            return new Access(LOOPBACK, origins);
        }

        /** These hosts, and those allowed so far. */
        public Access plusHosts(List<String> more) {
            List<String> all = new ArrayList<>(hosts);
            all.addAll(more);
            return new Access(all, origins);
        }

        /** These origins, and those allowed so far. */
        public Access plusOrigins(List<String> more) {
            List<String> all = new ArrayList<>(origins);
            all.addAll(more);
            return new Access(hosts, all);
        }
    }
}
