package io.erlmcp.config;

import java.time.Duration;
import java.util.Locale;

/** Sessions of the legacy era. */
public record SessionsConfig(
        @Setting(
                        "Where sessions and the events of their streams are kept: memory, gone with"
                            + " the process; disk, in data.dir, where a node that is started again"
                            + " finds them; or migrating, from one store to another, see"
                            + " migration.")
                Backend backend,
        @Setting(
                        value =
                                "Sessions at the same time, on all transports. Beyond, the one that"
                                        + " was unused for longest makes room, else initialize is"
                                        + " refused; one whose client is connected never goes.",
                        min = "1",
                        max = "10000000")
                int max,
        @Setting(
                        value =
                                "Likewise, of one authenticated principal; those that nobody came"
                                        + " back to since the node was started count too.",
                        min = "1",
                        max = "10000000")
                int maxPerPrincipal,
        @Setting(
                        value =
                                "Likewise, opened from one address, or one IPv6 network of 64 bits;"
                                        + " behind a proxy that is the proxy's. Those of before the"
                                        + " node was started count where their client comes back"
                                        + " from.",
                        min = "1",
                        max = "10000000")
                int maxPerAddress,
        @Setting(
                        value =
                                "How long a session must have been without requests, calls and"
                                        + " streams before it may make room for a new one.",
                        min = "1s",
                        max = "30d")
                Duration evictUnused,
        @Setting(
                        value = "How long a session without requests, tasks or streams is kept.",
                        min = "1s",
                        max = "30d")
                Duration idleTimeout,
        @Setting(
                        value =
                                "How long a client of HTTP+SSE (2024-11-05) may hold its stream"
                                        + " before it sends initialize; then it is told so, and the"
                                        + " stream ends.",
                        min = "1s",
                        max = "1h")
                Duration initializeTimeout,
        @Setting(
                        value =
                                "Events kept for each session, to be replayed to a client that"
                                        + " reconnects.",
                        min = "1",
                        max = "1000000")
                int maxEvents,
        @Setting(
                        value =
                                "Bytes of events kept for each session; never more than half of"
                                        + " http.max_unsent, since a client that comes back is sent"
                                        + " them at once.",
                        min = "1KB",
                        max = "1GB")
                ByteSize maxEventBytes,
        @Setting(
                        value =
                                "Bytes of memory that the events kept for all sessions take, and"
                                        + " with events on the disk what it takes to know them, 48"
                                        + " bytes each; the oldest go first; 0: an eighth of the"
                                        + " heap.",
                        min = "0B")
                ByteSize maxNodeEventBytes,
        @Setting(value = "Resources one session may subscribe to.", min = "1", max = "100000")
                int maxSubscriptions,
        @Setting(
                        value = "Texts that tools may keep with one session, as its metadata.",
                        min = "0",
                        max = "1000")
                int maxMetadataEntries,
        @Setting(
                        value = "Bytes of the metadata of one session, with the names.",
                        min = "0B",
                        max = "64KB")
                ByteSize maxMetadata) {
    public static final SessionsConfig DEFAULTS =
            new SessionsConfig(
                    Backend.MEMORY,
                    100_000,
                    10_000,
                    50_000,
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(30),
                    Duration.ofSeconds(30),
                    1000,
                    new ByteSize(2 << 20),
                    new ByteSize(0),
                    1000,
                    32,
                    new ByteSize(4 << 10));

    /** Where sessions are kept. */
    public enum Backend {
        MEMORY,
        DISK,
        MIGRATING;

        /** As it is written. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
