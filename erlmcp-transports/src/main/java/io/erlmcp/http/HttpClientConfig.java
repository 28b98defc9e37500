package io.erlmcp.http;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a client speaks to a server over Streamable HTTP.
 *
 * @param url the MCP endpoint, {@code http} or {@code https}, without user info
 * @param headers sent with every request to the endpoint's origin, credentials among them; nowhere
 *     else
 * @param maxMessageBytes the largest message that the server may send, and the largest event
 * @param maxEvents events on one stream
 * @param maxReconnects attempts in a row to open a broken stream again
 * @param connectTimeout for the connection to the server
 * @param postTimeout for the delivery of a notification or an answer
 * @param firstBackoff the pause before the first attempt to reconnect, doubled each time, unless
 *     the server says
 * @param maxBackoff the longest such pause; also the longest that a server may ask for
 */
public record HttpClientConfig(
        URI url,
        Map<String, String> headers,
        int maxMessageBytes,
        int maxEvents,
        int maxReconnects,
        Duration connectTimeout,
        Duration postTimeout,
        Duration firstBackoff,
        Duration maxBackoff) {
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
        if (maxMessageBytes <= 0 || maxEvents <= 0 || maxReconnects < 0) {
            throw new IllegalArgumentException(
                    "limits must be positive: maxMessageBytes "
                            + maxMessageBytes
                            + ", maxEvents "
                            + maxEvents
                            + ", maxReconnects "
                            + maxReconnects);
        }
    }

    /**
     * Messages up to 16 MB, a million events a stream, 5 attempts to reconnect with pauses of 1, 2,
     * 4, 8 s.
     */
    public static HttpClientConfig of(URI url) {
        return new HttpClientConfig(
                url,
                Map.of(),
                16 * 1024 * 1024,
                1_000_000,
                5,
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofSeconds(8));
    }

    public static HttpClientConfig of(String url) {
        return of(URI.create(url));
    }

    /** With one more header. */
    public HttpClientConfig withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new HttpClientConfig(
                url,
                more,
                maxMessageBytes,
                maxEvents,
                maxReconnects,
                connectTimeout,
                postTimeout,
                firstBackoff,
                maxBackoff);
    }

    public HttpClientConfig withMaxMessageBytes(int bytes) {
        return new HttpClientConfig(
                url,
                headers,
                bytes,
                maxEvents,
                maxReconnects,
                connectTimeout,
                postTimeout,
                firstBackoff,
                maxBackoff);
    }

    /** With other attempts to reconnect. */
    public HttpClientConfig withReconnects(int attempts, Duration first, Duration longest) {
        return new HttpClientConfig(
                url,
                headers,
                maxMessageBytes,
                maxEvents,
                attempts,
                connectTimeout,
                postTimeout,
                first,
                longest);
    }

    /** Says nothing of the headers, which may hold credentials. */
    @Override
    public String toString() {
        return "HttpClientConfig[" + url + ", " + headers.size() + " headers]";
    }
}
