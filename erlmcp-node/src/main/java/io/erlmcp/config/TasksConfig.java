package io.erlmcp.config;

import java.time.Duration;

/** Calls of tools that outlive their requests; kept where sessions are. */
public record TasksConfig(
        @Setting(
                        value = "Tasks that are kept, running and ended; more are refused.",
                        min = "1",
                        max = "10000000")
                int max,
        @Setting(
                        value =
                                "Tasks of one principal, or else one session, or all callers that"
                                        + " have neither.",
                        min = "1",
                        max = "10000000")
                int maxPerCaller,
        @Setting(
                        value = "Tasks that run at the same time; more are refused.",
                        min = "1",
                        max = "1000000")
                int maxRunning,
        @Setting(
                        value =
                                "How long a task is kept after its creation, and the most that a"
                                        + " client's wish is granted; one that still runs then is"
                                        + " stopped.",
                        min = "1s",
                        max = "365d")
                Duration ttl,
        @Setting(value = "How often clients are told to ask for a task.", min = "10ms", max = "1h")
                Duration pollInterval,
        @Setting(
                        value = "The longest result that is kept; a task with a longer one fails.",
                        min = "1KB",
                        max = "1GB")
                ByteSize maxResult,
        @Setting(
                        value =
                                "Bytes of results of all tasks; a task whose result does not fit"
                                        + " fails; 0: an eighth of the heap.",
                        min = "0B")
                ByteSize maxKept) {
    public static final TasksConfig DEFAULTS =
            new TasksConfig(
                    10_000,
                    10_000,
                    10_000,
                    Duration.ofHours(24),
                    Duration.ofSeconds(1),
                    new ByteSize(1 << 20),
                    new ByteSize(0));
}
