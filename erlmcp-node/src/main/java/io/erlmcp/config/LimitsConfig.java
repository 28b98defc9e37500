package io.erlmcp.config;

import java.time.Duration;

/** How much one node, one caller and one message may take. */
public record LimitsConfig(
        @Setting(
                        value =
                                "Calls running at the same time on the node; more wait, or are"
                                        + " refused.",
                        min = "1",
                        max = "1000000")
                int maxInFlight,
        @Setting(
                        value =
                                "Calls of one session, or else one principal or address, at the"
                                        + " same time.",
                        min = "1",
                        max = "100000")
                int maxInFlightPerCaller,
        @Setting(
                        value = "Calls of all sessions of one authenticated principal together.",
                        min = "1",
                        max = "1000000")
                int maxInFlightPerPrincipal,
        @Setting(
                        value = "The longest message on stdio, TCP and Unix domain sockets.",
                        min = "1KB",
                        max = "1GB")
                ByteSize maxLine,
        @Setting(value = "The deepest nesting of a message.", min = "4", max = "1000")
                int maxJsonDepth,
        @Setting(
                        value = "The longest URI that a client may subscribe to, in characters.",
                        min = "64",
                        max = "1000000")
                int maxSubscribedUri,
        @Setting(
                        value =
                                "Different URI prefixes and templates that are subscribed to; 0:"
                                        + " URIs only.",
                        min = "0",
                        max = "1000000")
                int maxSubscriptionPatterns,
        @Setting(value = "The longest handshake, or request to listen.", min = "1KB", max = "16MB")
                ByteSize maxHandshake,
        @Setting(
                        value =
                                "Bytes of messages that are partly received, on the whole node; 0:"
                                        + " an eighth of the heap.",
                        min = "0B")
                ByteSize maxReceiving,
        @Setting(
                        value =
                                "Bytes that wait to be sent, on the whole node; 0: an eighth of the"
                                        + " heap.",
                        min = "0B")
                ByteSize maxSending,
        @Setting(value = "Open subscriptions/listen streams.", min = "1", max = "1000000")
                int maxListenStreams,
        @Setting(
                        value =
                                "Open streams of one principal, or else one address or connection:"
                                        + " subscriptions/listen, GET, and HTTP+SSE.",
                        min = "1",
                        max = "1000000")
                int maxStreamsPerCaller,
        @Setting(
                        value =
                                "Questions to one client (elicitation, sampling, roots) that are"
                                        + " open at the same time.",
                        min = "1",
                        max = "100000")
                int maxQuestions,
        @Setting(
                        value =
                                "How long a client's machine may be gone, which no idle time-out"
                                        + " ends while it listens, until its connection is given"
                                        + " up.",
                        min = "12s",
                        max = "12h")
                Duration deadPeer) {
    public static final LimitsConfig DEFAULTS =
            new LimitsConfig(
                    10_000,
                    100,
                    1_000,
                    new ByteSize(16 << 20),
                    100,
                    8192,
                    10_000,
                    new ByteSize(256 << 10),
                    new ByteSize(0),
                    new ByteSize(0),
                    10_000,
                    1_000,
                    100,
                    Duration.ofMinutes(2));
}
