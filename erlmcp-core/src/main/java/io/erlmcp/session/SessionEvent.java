package io.erlmcp.session;

import io.erlmcp.observability.Event;
import io.erlmcp.protocol.Revision;

/** What the session layer tells. Session ids are secrets and never appear here. */
public sealed interface SessionEvent extends Event {
    /** A client shook hands. */
    record SessionOpened(String transport, Revision revision, String principal)
            implements SessionEvent {}

    /** A client came back to a session that an earlier process opened. */
    record SessionRevived(String transport, Revision revision, String principal)
            implements SessionEvent {}

    /** A session ended: the client left, it was idle for too long, or the server stopped. */
    record SessionClosed(String transport, String reason) implements SessionEvent {}

    /**
     * Sessions that ended could not be forgotten before the server stopped, because their store
     * took no writes: clients that know their ids can come back to them.
     */
    record EndedSessionsLeft(int count, String reason) implements SessionEvent {}

    /** Unused sessions were ended because a cap was reached and a new one needed their place. */
    record SessionsEvicted(int count) implements SessionEvent {}

    /**
     * What an earlier process accepted for a session was not run when this one started: it is left
     * until its client comes back.
     */
    record AcceptedRequestsLeft(String reason) implements SessionEvent {}

    /** A client that came back to a stream asked for events that are not kept any more. */
    record ReplayRefused(String transport) implements SessionEvent {}

    /** Somebody was not let in. */
    record AuthenticationFailed(String transport, String address) implements SessionEvent {}

    /** A peer at the other end of a connection was cut because it does not read. */
    record SlowReaderCut(String transport, String reason) implements SessionEvent {}

    /** A message was refused before it reached a method. */
    record MessageRefused(String transport, int code) implements SessionEvent {}
}
