package io.erlmcp.client;

import io.erlmcp.json.Json;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.transport.Backoff;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.DuplexClientTransport;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server of the legacy era that answers at once. Each path to it is whom it tells; nothing is
 * quiet because it was dropped.
 */
final class Paths extends DuplexClientTransport<ClientReceiver> {
    final List<ClientReceiver> made = new CopyOnWriteArrayList<>();

    /** Ids of requests that are not answered, while {@link #holds}. */
    final LinkedBlockingQueue<Object> unanswered = new LinkedBlockingQueue<>();

    volatile boolean holds;

    /** So many requests meet a server that does not know the session. */
    final AtomicInteger forgotten = new AtomicInteger();

    /** So many times it cannot be reached. */
    final AtomicInteger unreachable = new AtomicInteger();

    /** So many times it cannot even be tried. */
    final AtomicInteger broken = new AtomicInteger();

    private final @Nullable Backoff recovery;

    Paths(@Nullable Backoff recovery) {
        super("paths");
        this.recovery = recovery;
    }

    @Override
    public Optional<Backoff> recovery() {
        return Optional.ofNullable(recovery);
    }

    private static boolean takes(AtomicInteger times) {
        return times.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    @Override
    protected ClientReceiver connect(ClientReceiver upper) {
        if (takes(broken)) {
            throw new InternalError("a test");
        }
        if (takes(unreachable)) {
            throw new TransportException(TransportException.Kind.UNREACHABLE, "nobody is there");
        }
        made.add(upper);
        return upper;
    }

    @Override
    protected void send(ClientReceiver to, OutgoingMessage message) {
        Object id = Json.parseObject(message.body()).get("id");
        RequestId request = message.id();
        if (id == null || request == null) {
            return;
        }
        if (takes(forgotten)) {
            to.failed(
                    request,
                    new TransportException(TransportException.Kind.SESSION_LOST, "who are you?"));
        } else if (holds) {
            unanswered.add(id);
        } else {
            answer(to, id);
        }
    }

    static void answer(ClientReceiver to, Object id) {
        String answer =
                "{\"jsonrpc\":\"2.0\",\"id\":"
                        + id
                        + ",\"result\":{\"protocolVersion\":\"2025-11-25\","
                        + "\"capabilities\":{},\"content\":[],"
                        + "\"serverInfo\":{\"name\":\"s\",\"version\":\"1\"}}}";
        to.message(answer.getBytes(StandardCharsets.UTF_8), null);
    }

    @Override
    protected void disconnect(ClientReceiver from) {}
}
