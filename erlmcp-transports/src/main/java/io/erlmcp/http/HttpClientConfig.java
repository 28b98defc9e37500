package io.erlmcp.http;

import io.erlmcp.tls.TlsClientConfig;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a client speaks to a server over Streamable HTTP or HTTP+SSE.
 *
 * @param url the MCP endpoint, {@code http} or {@code https}, without user info
 * @param headers sent with every request to the endpoint's origin, credentials among them; nowhere
 *     else
 * @param tls whom to trust and what to show, with {@code https}
 */
public record HttpClientConfig(
        URI url,
        Map<String, String> headers,
        Limits limits,
        Reconnects reconnects,
        Times times,
        TlsClientConfig tls) {
    /**
     * What a server may make the client hold.
     *
     * @param maxMessageBytes the largest message that the server may send, and the largest event
     * @param maxEvents events on the stream of one request
     * @param maxQueuedBytes what may wait for a server of HTTP+SSE that does not take it
     */
    public record Limits(int maxMessageBytes, int maxEvents, int maxQueuedBytes) {
        public Limits {
            if (maxMessageBytes < 1 || maxEvents < 1 || maxQueuedBytes < 1) {
                throw new IllegalArgumentException(
                        "limits must be positive: maxMessageBytes "
                                + maxMessageBytes
                                + ", maxEvents "
                                + maxEvents
                                + ", maxQueuedBytes "
                                + maxQueuedBytes);
            }
        }
    }

    /**
     * How a broken stream is opened again.
     *
     * @param attempts in a row; with 0 a stream that broke is lost
     * @param first the pause before the first attempt, doubled each time, unless the server says
     * @param longest the longest such pause; also the longest that a server may ask for
     */
    public record Reconnects(int attempts, Duration first, Duration longest) {
        public Reconnects {
            if (attempts < 0) {
                throw new IllegalArgumentException(
                        "attempts to reconnect are " + attempts + ", must be at least 0");
            }
        }
    }

    /**
     * How long to wait.
     *
     * @param connect for the connection to the server; with HTTP+SSE also for its endpoint
     * @param post for the delivery of a notification or an answer
     * @param silence on a stream of HTTP+SSE whose server sends comments, before it is given up
     */
    public record Times(Duration connect, Duration post, Duration silence) {}

    public HttpClientConfig {
        String scheme = String.valueOf(url.getScheme());
        if (!scheme.equalsIgnoreCase("http") && !scheme.equalsIgnoreCase("https")) {
            throw new IllegalArgumentException(
                    "the URL of a server must be http or https, is: " + scheme);
        }
        if (url.getHost() == null || url.getRawUserInfo() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "the URL of a server must have a host, no user info and no fragment");
        }
        headers = Map.copyOf(headers);
    }

    /**
     * Messages up to 16 MB, a million events a stream, 5 attempts to reconnect with pauses of 1, 2,
     * 4, 8 s; silence of 90 s, three times the usual pause between comments.
     */
    public static HttpClientConfig of(URI url) {
        return new HttpClientConfig(
                url,
                Map.of(),
                new Limits(16 << 20, 1_000_000, 32 << 20),
                new Reconnects(5, Duration.ofSeconds(1), Duration.ofSeconds(8)),
                new Times(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(90)),
                TlsClientConfig.usual());
    }

    public static HttpClientConfig of(String url) {
        return of(URI.create(url));
    }

    /** With one more header. */
    public HttpClientConfig withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new HttpClientConfig(url, more, limits, reconnects, times, tls);
    }

    public HttpClientConfig withLimits(Limits value) {
        return new HttpClientConfig(url, headers, value, reconnects, times, tls);
    }

    public HttpClientConfig withMaxMessageBytes(int bytes) {
        return withLimits(new Limits(bytes, limits.maxEvents(), limits.maxQueuedBytes()));
    }

    /** With other attempts to reconnect. */
    public HttpClientConfig withReconnects(int attempts, Duration first, Duration longest) {
        return new HttpClientConfig(
                url, headers, limits, new Reconnects(attempts, first, longest), times, tls);
    }

    public HttpClientConfig withTimes(Times value) {
        return new HttpClientConfig(url, headers, limits, reconnects, value, tls);
    }

    public HttpClientConfig withTls(TlsClientConfig value) {
        return new HttpClientConfig(url, headers, limits, reconnects, times, value);
    }

    /** Says nothing of the headers, which may hold credentials. */
    @Override
    public String toString() {
        return "HttpClientConfig[" + url + ", " + headers.size() + " headers]";
    }
}
