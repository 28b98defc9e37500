package io.erlmcp.session;

import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.rpc.RpcWriter;
import io.erlmcp.wire.Wire;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Who hears of what nobody asked for at the moment: sessions of the legacy era, and listen streams
 * of the modern one. A message is encoded once for all sessions, and its params once per stream,
 * which carries its own id.
 */
final class Audience {
    private final Sessions sessions;
    private final SessionLimits limits;
    private final Set<ListenStream> streams = Collections.newSetFromMap(new ConcurrentHashMap<>());
    private final ConcurrentHashMap<String, Set<LegacySession>> sessionsByUri =
            new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, Set<ListenStream>> streamsByTask =
            new ConcurrentHashMap<>();
    private volatile boolean ending;

    Audience(Sessions sessions, SessionLimits limits) {
        this.sessions = sessions;
        this.limits = limits;
    }

    void join(ListenStream stream) {
        if (!stream.quota().openStream(limits.maxStreamsPerCaller())) {
            throw tooManyStreams(limits);
        }
        streams.add(stream);
        if (streams.size() > limits.maxListenStreams()) {
            leave(stream);
            throw new McpException(
                    ErrorCode.OVERLOADED,
                    "Overloaded: " + limits.maxListenStreams() + " listen streams are open");
        }
        for (String taskId : stream.filter().taskIds()) {
            streamsByTask.compute(
                    taskId,
                    (id, present) -> {
                        Set<ListenStream> all =
                                present == null ? ConcurrentHashMap.newKeySet() : present;
                        all.add(stream);
                        return all;
                    });
        }
        if (ending) {
            stream.end();
        }
    }

    static McpException tooManyStreams(SessionLimits limits) {
        return new McpException(
                ErrorCode.OVERLOADED,
                "Overloaded: this caller has "
                        + limits.maxStreamsPerCaller()
                        + " open streams, the limit of maxStreamsPerCaller");
    }

    void leave(ListenStream stream) {
        if (streams.remove(stream)) {
            stream.quota().closeStream();
            stream.filter().taskIds().forEach(taskId -> leave(stream, taskId));
        }
    }

    private void leave(ListenStream stream, String taskId) {
        streamsByTask.computeIfPresent(
                taskId,
                (id, present) -> {
                    present.remove(stream);
                    return present.isEmpty() ? null : present;
                });
    }

    /**
     * Tells the streams that want to hear of that task; never blocks.
     *
     * @param change made only where somebody wants it
     */
    void tellOfTask(String taskId, Supplier<ServerNotification.TaskChanged> change) {
        Set<ListenStream> all = streamsByTask.get(taskId);
        if (all != null) {
            ServerNotification.TaskChanged made = change.get();
            all.forEach(stream -> stream.tell(made));
        }
    }

    /** Follows a session from one set of subscriptions to the next. */
    void follow(LegacySession session, SessionRecord before, SessionRecord after) {
        for (String uri : after.subscriptions()) {
            if (!before.subscriptions().contains(uri)) {
                subscribe(session, uri);
            }
        }
        for (String uri : before.subscriptions()) {
            if (!after.subscriptions().contains(uri)) {
                unsubscribe(session, uri);
            }
        }
    }

    void subscribe(LegacySession session, String uri) {
        sessionsByUri.compute(
                uri,
                (key, present) -> {
                    Set<LegacySession> all =
                            present == null
                                    ? Collections.newSetFromMap(new ConcurrentHashMap<>())
                                    : present;
                    all.add(session);
                    return all;
                });
    }

    void unsubscribe(LegacySession session, String uri) {
        sessionsByUri.computeIfPresent(
                uri,
                (key, present) -> {
                    present.remove(session);
                    return present.isEmpty() ? null : present;
                });
    }

    void leave(LegacySession session) {
        session.record().subscriptions().forEach(uri -> unsubscribe(session, uri));
    }

    /** Tells everybody who wants to know; never blocks. */
    void tell(ServerNotification notification) {
        streams.forEach(stream -> stream.tell(notification));
        byte[] message = encode(notification);
        if (notification instanceof ServerNotification.ResourceUpdated updated) {
            sessionsByUri
                    .getOrDefault(updated.uri(), Set.of())
                    .forEach(session -> session.notify(message));
        } else {
            sessions.ofHttp().forEach(session -> session.notify(message));
            sessions.ofConnections().forEach(session -> session.notify(message));
        }
    }

    private static byte[] encode(ServerNotification notification) {
        Wire wire = Wire.of(Revision.LATEST_LEGACY);
        JsonWriter out = new JsonWriter();
        RpcWriter.notification(
                wire.method(notification),
                params -> wire.writeNotificationParams(notification, null, params),
                out);
        return out.toByteArray();
    }

    int listenStreams() {
        return streams.size();
    }

    /** Ends all listen streams with their result, and from now on each that joins. */
    void endStreams() {
        ending = true;
        streams.forEach(ListenStream::end);
    }
}
