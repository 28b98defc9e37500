package io.erlmcp.client;

import io.erlmcp.rpc.RequestId;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Requests that go to the server as one JSON-RPC batch (2025-03-26). The last request that is ready
 * sends all; one that fails before it is ready is not waited for. What is sent again later goes
 * alone.
 */
final class WireBatch {
    private final Requests requests;
    private final RequestId id;

    /** Guards everything below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final @Nullable OutgoingMessage[] ready;
    private final Set<Integer> awaited = new HashSet<>();
    private final Set<RequestId> unanswered = new HashSet<>();
    private int members;

    /**
     * @param id under which a transport with a stream for each request knows the batch
     */
    WireBatch(Requests requests, RequestId id, int members) {
        this.requests = requests;
        this.id = id;
        this.ready = new OutgoingMessage[members];
        this.members = members;
        for (int i = 0; i < members; i++) {
            awaited.add(i);
        }
    }

    /** The way of one member, by its place in the batch. */
    Way way(int place) {
        return message -> send(place, message);
    }

    private void send(int place, OutgoingMessage message) {
        boolean first;
        List<OutgoingMessage> all;
        lock.lock();
        try {
            first = awaited.remove(place);
            if (first) {
                ready[place] = message;
            }
            all = first ? complete() : List.of();
        } finally {
            lock.unlock();
        }
        if (first) {
            sendAll(all);
        } else {
            requests.send(message);
        }
    }

    /** One member is over, whether it was sent or not. */
    void leave(int place) {
        List<OutgoingMessage> all;
        boolean last;
        lock.lock();
        try {
            all = awaited.remove(place) ? complete() : List.of();
            last = --members == 0;
        } finally {
            lock.unlock();
        }
        try {
            sendAll(all);
        } catch (TransportException e) {
            // Those whose messages these are have heard of it.
            return;
        } finally {
            if (last) {
                requests.ended(id);
            }
        }
    }

    /** The messages when none is missing any more, else nothing; called with the lock held. */
    private List<OutgoingMessage> complete() {
        if (!awaited.isEmpty()) {
            return List.of();
        }
        List<OutgoingMessage> all = Arrays.stream(ready).filter(Objects::nonNull).toList();
        all.forEach(message -> unanswered.add(Objects.requireNonNull(message.id(), "id")));
        return all;
    }

    private void sendAll(List<OutgoingMessage> all) {
        if (all.isEmpty()) {
            return;
        }
        try {
            requests.send(
                    all.size() == 1
                            ? all.getFirst()
                            : new OutgoingMessage(id, "batch", joined(all), List.of()));
        } catch (TransportException e) {
            fail(e);
            throw e;
        }
    }

    private static byte[] joined(List<OutgoingMessage> all) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        char before = '[';
        for (OutgoingMessage message : all) {
            out.write(before);
            out.writeBytes(message.body());
            before = ',';
        }
        out.write(']');
        return out.toByteArray();
    }

    /**
     * @return true when this was the last answer that was missing
     */
    boolean answered(RequestId member) {
        lock.lock();
        try {
            return unanswered.remove(member) && unanswered.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Those that wait for an answer. */
    List<PendingCall> open() {
        List<RequestId> ids;
        lock.lock();
        try {
            ids = List.copyOf(unanswered);
        } finally {
            lock.unlock();
        }
        return ids.stream().map(requests::pending).filter(Objects::nonNull).toList();
    }

    /** No answer will come to those that wait. */
    void fail(TransportException failure) {
        open().forEach(call -> call.lost(failure));
    }
}
