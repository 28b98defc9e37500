package io.erlmcp.session;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.transport.Connection;
import io.erlmcp.transport.ConnectionHandler;
import io.erlmcp.transport.Endpoint;
import io.erlmcp.transport.PeerEvidence;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A peer on a duplex connection: says lines, and hears messages in the order they were sent. */
final class ProbeConnection implements Connection {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final LinkedBlockingQueue<JsonObject> heard = new LinkedBlockingQueue<>();
    private final LinkedBlockingQueue<String> raw = new LinkedBlockingQueue<>();
    private final PeerEvidence evidence;
    private final ConnectionHandler handler;
    volatile @Nullable String closedWith;

    /** While this is there, nothing is read: whoever waits to write waits for it. */
    volatile @Nullable CountDownLatch stalled;

    final AtomicInteger waiting = new AtomicInteger();

    /** How long those who write may wait here; null where this transport has no time of its own. */
    private final @Nullable Duration patience;

    /** The longest that somebody was to wait. */
    volatile Duration limit = Duration.ZERO;

    ProbeConnection(Endpoint endpoint) {
        this(endpoint, new PeerEvidence("probe", null, Map.of()), null);
    }

    ProbeConnection(Endpoint endpoint, PeerEvidence evidence) {
        this(endpoint, evidence, null);
    }

    ProbeConnection(Endpoint endpoint, Duration patience) {
        this(endpoint, new PeerEvidence("probe", null, Map.of()), patience);
    }

    private ProbeConnection(Endpoint endpoint, PeerEvidence evidence, @Nullable Duration patience) {
        this.evidence = evidence;
        this.patience = patience;
        handler = endpoint.connected(this);
    }

    /** Somebody who comes from there, without a name. */
    static ProbeConnection from(String address, Endpoint endpoint) {
        return new ProbeConnection(endpoint, new PeerEvidence("tcp", address, Map.of()));
    }

    /** Somebody whom {@link Fixture#BY_NAME} knows. */
    static ProbeConnection as(String user, String address, Endpoint endpoint) {
        return new ProbeConnection(
                endpoint, new PeerEvidence("websocket", address, Map.of("authorization", user)));
    }

    void say(String json) {
        handler.message(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    void leave() {
        handler.closed();
    }

    ConnectionHandler handler() {
        return handler;
    }

    JsonObject hear() throws InterruptedException {
        JsonObject message = heard.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (message == null) {
            throw new AssertionError("no message within " + PATIENCE);
        }
        return message;
    }

    /** The text of the next message, for batches, which are no objects. */
    String hearRaw() throws InterruptedException {
        String message = raw.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (message == null) {
            throw new AssertionError("no message within " + PATIENCE);
        }
        return message;
    }

    boolean heardNothing() {
        return heard.isEmpty();
    }

    JsonObject ask(String json) throws InterruptedException {
        say(json);
        return hear();
    }

    /** Shakes hands as a client of {@code revision} that offers {@code capabilities}. */
    ProbeConnection initialize(String revision, String capabilities) throws InterruptedException {
        ask(
                "{'jsonrpc':'2.0','id':'init','method':'initialize','params':{'protocolVersion':'"
                        + revision
                        + "','capabilities':"
                        + capabilities
                        + ",'clientInfo':{'name':'probe','version':'1'}}}");
        raw.clear();
        say("{'jsonrpc':'2.0','method':'notifications/initialized'}");
        return this;
    }

    @Override
    public String name() {
        return "probe";
    }

    @Override
    public PeerEvidence evidence() {
        return evidence;
    }

    @Override
    public void send(byte[] buffer, int offset, int length) {
        String text = new String(buffer, offset, length, StandardCharsets.UTF_8);
        raw.add(text);
        if (text.startsWith("{")) {
            heard.add((JsonObject) Json.parse(text));
        }
    }

    @Override
    public Duration patience(Duration usual) {
        return patience == null ? usual : patience;
    }

    @Override
    public boolean awaitWritable(Duration most) throws InterruptedException {
        limit = most;
        CountDownLatch until = stalled;
        if (until == null) {
            return true;
        }
        waiting.incrementAndGet();
        try {
            return until.await(most.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            waiting.decrementAndGet();
        }
    }

    @Override
    public void close(String reason) {
        closedWith = reason;
    }
}
