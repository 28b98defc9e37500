package io.erlmcp.client;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.runtime.Threads;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sends requests and matches their answers by id; an id is used once in the life of a client. */
final class Requests {
    private final ClientTransport transport;
    private final int maxNotes;
    private final LateTasks late;
    private final AtomicLong lastId = new AtomicLong();

    /** Counts the paths to the server; a request is of the one that it was made for. */
    private final AtomicInteger paths = new AtomicInteger();

    private final Map<RequestId, PendingCall> pending = new ConcurrentHashMap<>();
    private final Map<RequestId, WireBatch> batches = new ConcurrentHashMap<>();

    /**
     * @param late hears what is answered when nobody waits any more
     */
    Requests(ClientTransport transport, int maxNotes, LateTasks late) {
        this.transport = transport;
        this.maxNotes = maxNotes;
        this.late = late;
    }

    RequestId nextId() {
        return RequestId.of(lastId.incrementAndGet());
    }

    /** A batch that its members fill. */
    WireBatch batch(int members) {
        RequestId id = nextId();
        WireBatch batch = new WireBatch(this, id, members);
        batches.put(id, batch);
        return batch;
    }

    @Nullable WireBatch batch(RequestId id) {
        return batches.get(id);
    }

    /** All members of the batch are over. */
    void ended(RequestId batch) {
        batches.remove(batch);
        if (!transport.isDuplex()) {
            transport.abandon(batch);
        }
    }

    void send(OutgoingMessage message) {
        transport.send(message);
    }

    @Nullable PendingCall pending(RequestId id) {
        return pending.get(id);
    }

    /**
     * Everything that waits, for a question that belongs to one of them and does not say to which.
     */
    List<PendingCall> allPending() {
        return List.copyOf(pending.values());
    }

    /**
     * Sends the request and waits for its result. A request given up at its deadline or by an
     * interrupt is cancelled.
     *
     * @throws TransportException also when the path that it was made for is not there any more
     * @throws CancellationException when the waiting thread is interrupted; its interrupt flag is
     *     set
     */
    JsonObject exchange(
            RequestId id,
            Outbound outbound,
            Deadline deadline,
            Way way,
            @Nullable QuestionHandler questions,
            Consumer<ServerNotification> onNote) {
        int path = outbound.path();
        PendingCall call =
                new PendingCall(id, outbound.label(), deadline, maxNotes, questions, path);
        OutgoingMessage message =
                new OutgoingMessage(
                        id, outbound.method(), outbound.message(id), outbound.headers());
        pending.put(id, call);
        try {
            if (path != paths.get()) {
                // there it might come before the handshake
                throw new TransportException(
                        TransportException.Kind.SESSION_LOST,
                        "the path was lost before " + outbound.label() + " was sent");
            }
            way.send(message);
            return call.await(onNote);
        } catch (McpTimeoutException e) {
            giveUp(call, outbound, "timed out");
            throw e;
        } catch (InterruptedException e) {
            giveUp(call, outbound, "cancelled");
            Thread.currentThread().interrupt();
            CancellationException cancelled =
                    new CancellationException(outbound.label() + " was cancelled");
            cancelled.initCause(e);
            throw cancelled;
        } finally {
            pending.remove(id);
        }
    }

    /** No answer will come to anybody. */
    void failAll(TransportException failure) {
        for (PendingCall call : allPending()) {
            call.lost(failure);
        }
    }

    /** The path that is there now, or was there last. */
    int path() {
        return paths.get();
    }

    /** Requests that are made from now on are of another path, the one with this number. */
    int nextPath() {
        return paths.incrementAndGet();
    }

    /** Another path stands in the place of that one; what all shared is not heard any more. */
    void replaced(int path) {
        if (transport.isDuplex()) {
            failPath(
                    path,
                    new TransportException(
                            TransportException.Kind.BROKEN, "the path was given up for another"));
        }
    }

    /** No answer will come on that path; those who went on to another one are not concerned. */
    void failPath(int path, TransportException failure) {
        for (PendingCall call : allPending()) {
            if (call.path() <= path) {
                call.lost(failure);
            }
        }
    }

    /**
     * Gives the answer to whoever waits for it.
     *
     * @return false when nobody does, and it means nothing to anybody
     */
    boolean answered(RequestId id, JsonObject result) {
        PendingCall call = pending.get(id);
        return (call != null && call.answered(result)) || late.answered(id, result);
    }

    private void giveUp(PendingCall call, Outbound outbound, String reason) {
        late.expect(call.id(), outbound);
        JsonObject result = call.giveUp();
        if (result != null) {
            var _ = late.answered(call.id(), result);
        }
        cancel(call.id(), outbound, reason);
    }

    /**
     * Tells the server that nobody waits; on a thread of its own, for the caller has waited long
     * enough.
     */
    private void cancel(RequestId id, Outbound outbound, String reason) {
        boolean legacy = outbound.wire().revision().era() == Era.LEGACY;
        if (!transport.isDuplex()) {
            transport.abandon(id);
        }
        if ((transport.isDuplex() || legacy) && !outbound.method().equals("initialize")) {
            Threads.startVirtual("cancel-" + id, () -> sendCancelled(id, reason));
        }
    }

    private void sendCancelled(RequestId id, String reason) {
        long number = id instanceof RequestId.Number n ? n.value() : 0;
        byte[] body =
                Outbound.notification(
                        "notifications/cancelled",
                        JsonObject.of("requestId", number, "reason", reason));
        try {
            transport.send(new OutgoingMessage(null, "notifications/cancelled", body, List.of()));
        } catch (TransportException e) {
            // The path is gone; so is the request.
            return;
        }
    }
}
