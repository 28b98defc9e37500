package io.erlmcp.session;

import io.erlmcp.json.JsonLimits;
import java.time.Duration;

/**
 * Bounds on sessions and streams.
 *
 * @param maxSessions sessions in the store; more are refused
 * @param idleExpiry a session without a request, a call or an open stream for this long is dropped
 * @param maxSubscriptions resource subscriptions of one session or listen stream
 * @param maxListenStreams open {@code subscriptions/listen} streams of the whole server
 * @param maxQuestions open questions to one client
 * @param events bounds of one session's event log
 * @param kept bounds on what one message may leave behind
 * @param writeTimeout how long a call waits for a client that does not read
 * @param json bounds on the JSON of a message, and on the messages of a batch
 */
public record SessionLimits(
        int maxSessions,
        Duration idleExpiry,
        int maxSubscriptions,
        int maxListenStreams,
        int maxQuestions,
        EventBounds events,
        KeptBounds kept,
        Duration writeTimeout,
        JsonLimits json) {
    public static final SessionLimits DEFAULTS =
            new SessionLimits(
                    100_000,
                    Duration.ofMinutes(30),
                    1_000,
                    10_000,
                    100,
                    new EventBounds(1_000, 4 * 1024 * 1024),
                    new KeptBounds(8 * 1024, 256 * 1024),
                    Duration.ofSeconds(20),
                    JsonLimits.DEFAULTS);

    /** Most requests that wait for a durable store at the same time; more are refused. */
    static final int MAX_STORE_WAITS = 10_000;

    /** How many events, and bytes of events, one session keeps for clients that come back. */
    public record EventBounds(int maxEvents, int maxBytes) {
        public EventBounds {
            if (maxEvents < 1 || maxBytes < 1) {
                throw new IllegalArgumentException(
                        "an event log keeps at least 1 event and 1 byte, not "
                                + maxEvents
                                + " and "
                                + maxBytes);
            }
        }
    }

    /**
     * What may stay of a message when it is answered.
     *
     * @param maxUriChars the longest URI that is remembered for a subscriber
     * @param maxMessageBytes the longest message of which something stays: handshakes, and requests
     *     to listen
     */
    public record KeptBounds(int maxUriChars, int maxMessageBytes) {
        public KeptBounds {
            if (maxUriChars < 1 || maxMessageBytes < 1) {
                throw new IllegalArgumentException(
                        "a subscriber names at least 1 character and a handshake has 1 byte, not "
                                + maxUriChars
                                + " and "
                                + maxMessageBytes);
            }
        }
    }

    public SessionLimits {
        if (maxSessions < 1 || maxSubscriptions < 0 || maxListenStreams < 0 || maxQuestions < 1) {
            throw new IllegalArgumentException("session limits must be positive");
        }
        if (!idleExpiry.isPositive() || !writeTimeout.isPositive()) {
            throw new IllegalArgumentException(
                    "time-outs must be positive: " + idleExpiry + ", " + writeTimeout);
        }
    }
}
