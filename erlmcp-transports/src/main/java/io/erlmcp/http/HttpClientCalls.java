package io.erlmcp.http;

import io.erlmcp.runtime.Threads;
import io.erlmcp.tls.ClientTls;
import io.erlmcp.transport.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * HTTP calls to one endpoint: its headers, the session, and redirects within the origin only.
 *
 * <p>Process model: owned by {@link StreamableHttpClientTransport}. The JDK's client runs its
 * selector thread; its tasks run on virtual threads.
 */
final class HttpClientCalls {
    private static final int MAX_REDIRECTS = 3;
    private static final int MAX_ERROR_BYTES = 64 * 1024;
    private static final int MAX_SESSION_LENGTH = 1_024;
    private static final Set<Integer> KEEPING_METHOD = Set.of(307, 308);
    private static final String SESSION = "Mcp-Session-Id";

    private final HttpClientConfig config;
    private final URI endpoint;
    private final HttpClient client;

    /** Guards changes of {@code session} and {@code version} together. */
    private final ReentrantLock lock = new ReentrantLock();

    private volatile @Nullable String session;
    private volatile @Nullable String version;

    HttpClientCalls(HttpClientConfig config) {
        this(config, config.url(), client(config));
    }

    private static HttpClient client(HttpClientConfig config) {
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(config.times().connect())
                        .executor(work -> Threads.startVirtual("http-client", work));
        if (config.url().getScheme().equalsIgnoreCase("https")) {
            ClientTls tls = ClientTls.of(config.tls());
            builder.sslContext(tls.context()).sslParameters(tls.parameters());
        }
        return builder.build();
    }

    private HttpClientCalls(HttpClientConfig config, URI endpoint, HttpClient client) {
        this.config = config;
        this.endpoint = endpoint;
        this.client = client;
    }

    /** Calls to another path of the same origin, over the same connections, without the session. */
    HttpClientCalls at(URI other) {
        return new HttpClientCalls(config, other, client);
    }

    /**
     * What {@code location} means from the server's URL.
     *
     * @throws IOException when it is no URL, or leads to another origin
     */
    URI resolve(String location) throws IOException {
        return target(config.url(), location, "an endpoint");
    }

    HttpClientConfig config() {
        return config;
    }

    @Nullable String session() {
        return session;
    }

    /** True once a legacy handshake settled on a version. */
    boolean isLegacy() {
        return version != null;
    }

    void negotiated(String protocolVersion) {
        lock.lock();
        try {
            version = protocolVersion;
        } finally {
            lock.unlock();
        }
    }

    /** Takes the session that the answer to {@code initialize} names, if it names one. */
    void takeSession(HttpHeaders headers) {
        String id = headers.firstValue(SESSION).orElse(null);
        if (id == null) {
            return;
        }
        boolean wellFormed = !id.isEmpty() && id.length() <= MAX_SESSION_LENGTH;
        for (int i = 0; i < id.length(); i++) {
            wellFormed &= id.charAt(i) > ' ' && id.charAt(i) <= '~';
        }
        if (!wellFormed) {
            throw new TransportException(
                    TransportException.Kind.LIMIT,
                    "the server's session id is not of 1 to 1024 visible characters");
        }
        session = id;
    }

    void forgetSession() {
        lock.lock();
        try {
            session = null;
            version = null;
        } finally {
            lock.unlock();
        }
    }

    HttpResponse<InputStream> post(byte[] body, List<String> headers) throws InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder()
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .setHeader("Content-Type", "application/json")
                        .setHeader("Accept", "application/json, text/event-stream");
        return send(request, headers);
    }

    /** Posts what gets no answer; waits only so long for the server to take it. */
    HttpResponse<InputStream> deliver(byte[] body, List<String> headers)
            throws InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder()
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .timeout(config.times().post())
                        .setHeader("Content-Type", "application/json")
                        .setHeader("Accept", "application/json, text/event-stream");
        return send(request, headers);
    }

    HttpResponse<InputStream> get(@Nullable String lastEventId) throws InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder().GET().setHeader("Accept", "text/event-stream");
        List<String> headers =
                lastEventId == null ? List.of() : List.of("Last-Event-ID", lastEventId);
        return send(request, headers);
    }

    /** Ends the session, as far as the server allows clients to. */
    void delete() throws InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder().DELETE().timeout(config.times().post());
        discard(send(request, List.of()));
    }

    void close() {
        client.shutdownNow();
    }

    private HttpResponse<InputStream> send(HttpRequest.Builder request, List<String> headers)
            throws InterruptedException {
        config.headers().forEach(request::setHeader);
        String negotiated = version;
        if (negotiated != null && !negotiated.equals("2025-03-26")) {
            request.setHeader("MCP-Protocol-Version", negotiated);
        }
        String current = session;
        if (current != null) {
            request.setHeader(SESSION, current);
        }
        for (int i = 0; i < headers.size(); i += 2) {
            request.setHeader(headers.get(i), headers.get(i + 1));
        }
        try {
            return follow(request);
        } catch (HttpConnectTimeoutException | ConnectException | UnresolvedAddressException e) {
            throw new TransportException(
                    TransportException.Kind.UNREACHABLE, "cannot connect to " + config.url(), e);
        } catch (IOException e) {
            throw new TransportException(
                    TransportException.Kind.BROKEN,
                    "the connection to " + config.url() + " broke: " + e.getMessage(),
                    e);
        }
    }

    private HttpResponse<InputStream> follow(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        URI url = endpoint;
        for (int hop = 0; true; hop++) {
            HttpResponse<InputStream> response =
                    client.send(
                            request.uri(url).build(), HttpResponse.BodyHandlers.ofInputStream());
            Optional<String> location = response.headers().firstValue("Location");
            if (!KEEPING_METHOD.contains(response.statusCode()) || location.isEmpty()) {
                return response;
            }
            discard(response);
            url = target(url, location.get(), "a redirect");
            if (hop >= MAX_REDIRECTS) {
                throw new IOException("more than " + MAX_REDIRECTS + " redirects");
            }
        }
    }

    private URI target(URI from, String location, String what) throws IOException {
        URI to;
        try {
            to = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new IOException(what + " without a valid location", e);
        }
        URI home = config.url();
        boolean sameOrigin =
                to.getHost() != null
                        && home.getScheme().equalsIgnoreCase(to.getScheme())
                        && home.getHost().equalsIgnoreCase(to.getHost())
                        && port(home) == port(to);
        if (!sameOrigin || to.getRawUserInfo() != null) {
            throw new IOException(what + " of another origin, which is not followed");
        }
        return to;
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0
                ? uri.getPort()
                : uri.getScheme().equalsIgnoreCase("https") ? 443 : 80;
    }

    /** Whether the response's body is of the media type, whatever its parameters. */
    static boolean isOfType(HttpResponse<?> response, String mediaType) {
        String type = response.headers().firstValue("Content-Type").orElse("");
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon))
                .strip()
                .equalsIgnoreCase(mediaType);
    }

    /** The whole body of a message. */
    byte[] read(HttpResponse<InputStream> response) throws IOException {
        try (InputStream in = response.body()) {
            byte[] body = in.readNBytes(config.limits().maxMessageBytes() + 1);
            if (body.length > config.limits().maxMessageBytes()) {
                throw new HttpClientEvents.LimitExceeded(
                        "the answer is larger than "
                                + config.limits().maxMessageBytes()
                                + " bytes");
            }
            return body;
        }
    }

    /** What a status that is no success means. */
    TransportException refusal(HttpResponse<InputStream> response, boolean inSession) {
        int status = response.statusCode();
        byte[] body = new byte[0];
        try (InputStream in = response.body()) {
            body = in.readNBytes(MAX_ERROR_BYTES);
        } catch (IOException e) {
            // The status says enough.
            body = new byte[0];
        }
        if (status == 429 || status == 503) {
            Duration retryAfter = HttpClientBackoff.retryAfter(response.headers());
            String when =
                    retryAfter == null ? "" : ", retry after " + retryAfter.toSeconds() + " s";
            return TransportException.busy(
                    config.url() + " is busy: HTTP status " + status + when,
                    status,
                    body,
                    retryAfter);
        }
        boolean sessionLost = status == 404 && inSession;
        return TransportException.refused(
                sessionLost
                        ? TransportException.Kind.SESSION_LOST
                        : TransportException.Kind.REFUSED,
                config.url() + " answered with HTTP status " + status,
                status,
                body);
    }

    /** Reads a body that nobody needs, so that the connection can be used again. */
    static void discard(HttpResponse<InputStream> response) {
        try (InputStream in = response.body()) {
            in.readNBytes(MAX_ERROR_BYTES);
        } catch (IOException e) {
            // The connection is gone; nobody waits for it.
            return;
        }
    }
}
