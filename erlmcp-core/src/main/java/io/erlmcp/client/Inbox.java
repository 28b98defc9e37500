package io.erlmcp.client;

import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransportEvent;
import io.erlmcp.transport.TransportException;
import io.erlmcp.wire.Wire;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Sorts what arrives: answers to those who wait, questions to the handlers, notifications to the
 * call they belong to or to the listeners. Called by readers; never blocks and runs no user code.
 * Each path, or session, has a receiver of its own, so that a loss that is told late is not taken
 * for that of the path that came after it.
 */
final class Inbox {
    private static final String SUBSCRIPTION_ID = "io.modelcontextprotocol/subscriptionId";

    /** What the client does with what belongs to no call. */
    interface Sink {
        void notified(ServerNotification notification);

        /** There is another path, or session; whatever was told of the one before is over. */
        void pathBegins();

        void pathLost(TransportException failure);

        /** Notifications were missed. */
        void missed();
    }

    private final Requests requests;
    private final LiveQuestions questions;
    private final Observer observer;
    private final Sink sink;
    private volatile Wire wire;

    /** Guards {@code present}, and that a loss is told while it is that of the present path. */
    private final ReentrantLock lock = new ReentrantLock();

    private Path present;

    Inbox(Requests requests, LiveQuestions questions, Observer observer, Wire wire, Sink sink) {
        this.requests = requests;
        this.questions = questions;
        this.observer = observer;
        this.wire = wire;
        this.sink = sink;
        this.present = new Path(requests.path());
    }

    /** From now on messages are of this revision. */
    void speak(Wire negotiated) {
        wire = negotiated;
    }

    /** Hears the path that is there. */
    ClientReceiver present() {
        lock.lock();
        try {
            return present;
        } finally {
            lock.unlock();
        }
    }

    private ClientReceiver next() {
        lock.lock();
        try {
            int before = present.number;
            present = new Path(requests.nextPath());
            requests.replaced(before);
            sink.pathBegins();
            return present;
        } finally {
            lock.unlock();
        }
    }

    private void ifPresent(Path path, Runnable told) {
        lock.lock();
        try {
            if (path == present) {
                told.run();
            }
        } finally {
            lock.unlock();
        }
    }

    /** What is heard on one path, or in one session. */
    private final class Path implements ClientReceiver {
        private final int number;

        Path(int number) {
            this.number = number;
        }

        @Override
        public boolean message(byte[] message, @Nullable RequestId of) {
            return heard(message, of);
        }

        @Override
        public void failed(RequestId id, TransportException failure) {
            notAnswered(id, failure);
        }

        @Override
        public void closed(TransportException failure) {
            // first, so that who tries again does not take the lost path for a good one
            ifPresent(this, () -> sink.pathLost(failure));
            requests.failPath(number, failure); // somebody may be on a fresh one already
        }

        @Override
        public void sessionLost(TransportException failure) {
            ifPresent(this, () -> sink.pathLost(failure));
        }

        @Override
        public ClientReceiver ofNextPath() {
            return next();
        }

        @Override
        public void observed(Event event) {
            if (event instanceof ClientTransportEvent.EventsMissed) {
                sink.missed();
            }
            observer.on(event);
        }
    }

    private boolean heard(byte[] message, @Nullable RequestId of) {
        boolean answered = false;
        for (Incoming incoming : Incoming.read(message)) {
            answered |= one(incoming, of);
        }
        return answered;
    }

    private boolean one(Incoming incoming, @Nullable RequestId of) {
        switch (incoming) {
            case Incoming.Answer answer -> {
                if (!requests.answered(answer.id(), answer.result())) {
                    tellUnexpected(answer.id());
                }
                return ends(of, answer.id());
            }
            case Incoming.Refusal refusal -> {
                return refused(refusal, of);
            }
            case Incoming.Request request -> questions.ask(request, wire, of);
            case Incoming.Notification notification -> notified(notification, of);
            case Incoming.Unclear unclear ->
                    observer.on(new ClientEvent.MessageIgnored(unclear.reason()));
        }
        return false;
    }

    private boolean refused(Incoming.Refusal refusal, @Nullable RequestId of) {
        // An error without an id on a request's own stream can only mean that request.
        RequestId id = refusal.id() == null ? of : refusal.id();
        WireBatch batch = id == null ? null : requests.batch(id);
        if (batch != null) {
            batch.open().forEach(call -> call.refused(refusal.error()));
            return true;
        }
        if (id == null) {
            return false;
        }
        PendingCall call = requests.pending(id);
        if (call == null) {
            tellUnexpected(id);
        } else {
            call.refused(refusal.error());
        }
        return ends(of, id);
    }

    /** Whether nothing of worth follows on a stream after this answer. */
    private boolean ends(@Nullable RequestId of, RequestId answered) {
        WireBatch batch = of == null ? null : requests.batch(of);
        return batch == null ? answered.equals(of) : batch.answered(answered);
    }

    private void tellUnexpected(RequestId id) {
        observer.on(
                new ClientEvent.MessageIgnored("an answer to " + id + ", which nobody waits for"));
    }

    private void notified(Incoming.Notification incoming, @Nullable RequestId of) {
        if (incoming.method().equals("notifications/cancelled")) {
            cancelled(incoming.params());
            return;
        }
        ServerNotification notification;
        try {
            notification = wire.readNotification(incoming.method(), incoming.params());
        } catch (McpException e) {
            observer.on(new ClientEvent.MessageIgnored(incoming.method() + ": " + e.getMessage()));
            return;
        }
        if (notification == null) {
            observer.on(
                    new ClientEvent.MessageIgnored("unknown notification " + incoming.method()));
            return;
        }
        PendingCall call = owner(notification, incoming.params(), of);
        if (call == null) {
            sink.notified(notification);
        } else if (!call.note(notification)) {
            observer.on(new ClientEvent.NotificationDropped(incoming.method()));
        }
    }

    /**
     * The call that the notification belongs to: by token, by subscription, or by the stream it
     * came on.
     */
    private @Nullable PendingCall owner(
            ServerNotification notification, JsonObject params, @Nullable RequestId of) {
        RequestId id =
                notification instanceof ServerNotification.Progress progress
                        ? id(progress.token().value())
                        : subscription(params);
        if (id == null && notification instanceof ServerNotification.Log) {
            id = of;
        }
        return id == null ? null : requests.pending(id);
    }

    private static @Nullable RequestId subscription(JsonObject params) {
        return params.get("_meta") instanceof JsonObject meta
                ? id(meta.get(SUBSCRIPTION_ID))
                : null;
    }

    private static @Nullable RequestId id(@Nullable JsonValue value) {
        try {
            return switch (value) {
                case JsonNumber number -> RequestId.of(number.longValue());
                case JsonString text -> RequestId.of(text.value());
                case null, default -> null;
            };
        } catch (JsonException e) {
            return null;
        }
    }

    /** The server gave up a question of its own, or ends a subscription (stdio). */
    private void cancelled(JsonObject params) {
        RequestId id = id(params.get("requestId"));
        if (id == null) {
            return;
        }
        if (wire.revision().era() == Era.LEGACY) {
            questions.cancel(id);
            return;
        }
        PendingCall call = requests.pending(id);
        if (call != null) {
            call.lost(
                    new TransportException(
                            TransportException.Kind.BROKEN, "the server cancelled request " + id));
        }
    }

    private void notAnswered(RequestId id, TransportException failure) {
        WireBatch batch = requests.batch(id);
        if (batch != null) {
            batch.fail(failure);
        }
        PendingCall call = requests.pending(id);
        if (call != null) {
            call.lost(failure);
        }
    }
}
