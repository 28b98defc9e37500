package io.erlmcp.session;

import io.erlmcp.runtime.Time;
import java.util.function.UnaryOperator;

/**
 * What all sessions of a server have in common.
 *
 * @param maxRunning calls of one session at the same time
 */
record SessionTerms(SessionLimits limits, int maxRunning, Time time, Changes changes) {
    /** Stores what becomes of a session's record. */
    @FunctionalInterface
    interface Changes {
        /** May wait; as {@link Sessions#change}. */
        void change(LegacySession session, UnaryOperator<SessionRecord> change);
    }
}
