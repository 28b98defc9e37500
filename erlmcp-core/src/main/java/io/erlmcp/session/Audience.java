package io.erlmcp.session;

import io.erlmcp.dispatch.Intake;
import io.erlmcp.feature.ResourceFilter;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ServerNotification;
import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Who hears of what nobody asked for at the moment: sessions of the legacy era, and listen streams
 * of the modern one. A message is encoded once for all sessions and once for all streams, and its
 * bytes are shared by all that hear it.
 */
final class Audience {
    private final Sessions sessions;
    private final SessionLimits limits;
    private final Intake intake;
    private final AtomicInteger httpStreams = new AtomicInteger();
    private final Set<ListenStream> streams = Collections.newSetFromMap(new ConcurrentHashMap<>());
    private final Subscribers<LegacySession> subscribedSessions = new Subscribers<>();
    private final Subscribers<ListenStream> subscribedStreams = new Subscribers<>();
    private final ConcurrentHashMap<String, Set<ListenStream>> streamsByTask =
            new ConcurrentHashMap<>();
    private volatile boolean ending;

    Audience(Sessions sessions, SessionLimits limits, Intake intake) {
        this.intake = intake;
        this.sessions = sessions;
        this.limits = limits;
    }

    void join(ListenStream stream) {
        checkRoom(stream.filters());
        if (!stream.quota().openStream(limits.maxStreamsPerCaller())) {
            throw tooManyStreams(limits);
        }
        streams.add(stream);
        stream.filters().forEach(filter -> subscribedStreams.add(filter, stream));
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

    /**
     * Refuses prefixes and templates beyond the bound: each one that begins as a URI does costs
     * time whenever that URI changes.
     */
    void checkRoom(Collection<ResourceFilter> wanted) {
        int known = subscribedSessions.patterns() + subscribedStreams.patterns();
        long more =
                wanted.stream()
                        .filter(it -> !it.isExact())
                        .filter(it -> !subscribedSessions.hasPattern(it))
                        .filter(it -> !subscribedStreams.hasPattern(it))
                        .count();
        if (more > 0 && known + more > limits.kept().maxPatterns()) {
            throw new McpException(
                    ErrorCode.OVERLOADED,
                    "Overloaded: "
                            + known
                            + " prefixes and templates are subscribed to, the limit of maxPatterns"
                            + " is "
                            + limits.kept().maxPatterns());
        }
    }

    void leave(ListenStream stream) {
        if (streams.remove(stream)) {
            stream.filters().forEach(filter -> subscribedStreams.remove(filter, stream));
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
            Notice made = new Notice(change.get());
            all.forEach(stream -> stream.tell(made));
        }
    }

    /** Follows a session from one set of subscriptions to the next. */
    void follow(LegacySession session, SessionRecord before, SessionRecord after) {
        for (String filter : after.subscriptions()) {
            if (!before.subscriptions().contains(filter)) {
                subscribe(session, filter);
            }
        }
        for (String filter : before.subscriptions()) {
            if (!after.subscriptions().contains(filter)) {
                unsubscribe(session, filter);
            }
        }
    }

    /** Takes a filter as its text, which is how a session's record keeps it. */
    void subscribe(LegacySession session, String filter) {
        subscribedSessions.add(ResourceFilter.kept(filter), session);
    }

    private void unsubscribe(LegacySession session, String filter) {
        subscribedSessions.remove(ResourceFilter.kept(filter), session);
    }

    void leave(LegacySession session) {
        session.record().subscriptions().forEach(filter -> unsubscribe(session, filter));
    }

    /** Tells everybody who wants to know; never blocks. */
    void tell(ServerNotification notification) {
        Notice notice = new Notice(notification);
        if (notification instanceof ServerNotification.ResourceUpdated updated) {
            subscribedStreams.forEach(updated.uri(), stream -> stream.tell(notice));
            subscribedSessions.forEach(
                    updated.uri(), session -> session.notify(notice.forSessions()));
        } else {
            streams.forEach(stream -> stream.tell(notice));
            sessions.ofHttp().forEach(session -> session.notify(notice.forSessions()));
            sessions.ofConnections().forEach(session -> session.notify(notice.forSessions()));
        }
    }

    /**
     * Asks for room for one more stream.
     *
     * @throws McpException while the server holds back and has as many as it may have
     */
    void admitStream() {
        intake.admit(Intake.Kind.STREAM, openStreams());
    }

    /** Streams that clients opened with GET; whoever opens one counts it. */
    AtomicInteger httpStreams() {
        return httpStreams;
    }

    /** All streams on which clients are told of things. */
    int openStreams() {
        return streams.size() + httpStreams.get();
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
