package io.erlmcp.session;

import io.erlmcp.json.JsonLimits;
import io.erlmcp.transport.ByteBudget;
import java.time.Duration;

/**
 * Bounds on sessions and streams.
 *
 * @param caps how many sessions there may be
 * @param idleExpiry a session without a request, a call, a task or an open stream for this long is
 *     dropped
 * @param initializeTimeout how long a client of HTTP+SSE may hold its stream before it begins a
 *     session
 * @param maxSubscriptions resource subscriptions of one session or listen stream
 * @param maxListenStreams open {@code subscriptions/listen} streams of the whole server
 * @param maxStreamsPerCaller open streams, of {@code subscriptions/listen} or GET, of one
 *     principal, else of one address or connection
 * @param maxQuestions open questions to one client
 * @param events bounds of one session's event log
 * @param kept bounds on what one message may leave behind
 * @param writeTimeout how long a call waits for a client that does not read
 * @param json bounds on the JSON of a message, and on the messages of a batch
 */
public record SessionLimits(
        Caps caps,
        Duration idleExpiry,
        Duration initializeTimeout,
        int maxSubscriptions,
        int maxListenStreams,
        int maxStreamsPerCaller,
        int maxQuestions,
        EventBounds events,
        KeptBounds kept,
        Duration writeTimeout,
        JsonLimits json) {
    public static final SessionLimits DEFAULTS =
            new SessionLimits(
                    new Caps(100_000, 10_000, 50_000, Duration.ofMinutes(1)),
                    Duration.ofMinutes(30),
                    Duration.ofSeconds(30),
                    1_000,
                    10_000,
                    1_000,
                    100,
                    new EventBounds(1_000, 2 * 1024 * 1024, ByteBudget.eighthOfHeap().limitBytes()),
                    new KeptBounds(8 * 1024, 256 * 1024, 10_000, 32, 4 * 1024),
                    Duration.ofSeconds(20),
                    JsonLimits.DEFAULTS);

    /** Most requests that wait for a durable store at the same time; more are refused. */
    static final int MAX_STORE_WAITS = 10_000;

    /**
     * How many sessions over HTTP there may be. Where a cap is reached, the session that was unused
     * for longest makes room for the new one, if it has nothing in work; else the new one is
     * refused.
     *
     * @param all sessions in the store
     * @param perPrincipal live sessions of one principal; does not count where nobody is
     *     authenticated
     * @param perAddress live sessions that were opened from one address, which may be that of a
     *     proxy
     * @param unused how long a session must have been without a request before it may be ended to
     *     make room
     */
    public record Caps(int all, int perPrincipal, int perAddress, Duration unused) {
        public Caps {
            atLeast("all", all, 1);
            atLeast("perPrincipal", perPrincipal, 1);
            atLeast("perAddress", perAddress, 1);
            positive("unused", unused);
        }
    }

    /**
     * What is kept for clients that come back.
     *
     * @param maxEvents events of one session
     * @param maxBytes bytes of events of one session
     * @param maxNodeBytes bytes of events in memory of all sessions, with what keeping them costs
     */
    public record EventBounds(int maxEvents, int maxBytes, long maxNodeBytes) {
        public EventBounds {
            atLeast("maxEvents", maxEvents, 1);
            atLeast("maxBytes", maxBytes, 1);
            atLeast("maxNodeBytes", maxNodeBytes, 1);
        }
    }

    /**
     * What may stay of a message, or of a call, when it is answered.
     *
     * @param maxUriChars the longest URI that is remembered for a subscriber
     * @param maxMessageBytes the longest message of which something stays: handshakes, and requests
     *     to listen
     * @param maxPatterns different prefixes and templates that are subscribed to, in the whole
     *     server
     * @param maxMetadataEntries metadata of one session
     * @param maxMetadataBytes names and values of the metadata of one session, as UTF-8
     */
    public record KeptBounds(
            int maxUriChars,
            int maxMessageBytes,
            int maxPatterns,
            int maxMetadataEntries,
            int maxMetadataBytes) {
        public KeptBounds {
            atLeast("maxUriChars", maxUriChars, 1);
            atLeast("maxMessageBytes", maxMessageBytes, 1);
            atLeast("maxPatterns", maxPatterns, 0);
            atLeast("maxMetadataEntries", maxMetadataEntries, 0);
            atLeast("maxMetadataBytes", maxMetadataBytes, 0);
        }
    }

    public SessionLimits {
        atLeast("maxSubscriptions", maxSubscriptions, 0);
        atLeast("maxListenStreams", maxListenStreams, 0);
        atLeast("maxStreamsPerCaller", maxStreamsPerCaller, 1);
        atLeast("maxQuestions", maxQuestions, 1);
        positive("idleExpiry", idleExpiry);
        positive("initializeTimeout", initializeTimeout);
        positive("writeTimeout", writeTimeout);
    }

    private static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    name + " is " + value + ", must be at least " + least);
        }
    }

    private static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " is " + value + ", must be positive");
        }
    }
}
