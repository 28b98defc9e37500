package io.erlmcp.config;

import java.time.Duration;

/** At which share of a resource the guardian acts; a start is refused where they do not rise. */
public record ResourceLimitsConfig(
        @Setting(value = "Memory, in per cent: a warning.", min = "1", max = "100") int memoryWarn,
        @Setting(value = "Memory: the node holds back.", min = "1", max = "100") int memoryDegrade,
        @Setting(value = "Memory: the node saves its state and ends.", min = "1", max = "100")
                int memoryHard,
        @Setting(
                        value = "Threads, in per cent of what the system allows: a warning.",
                        min = "1",
                        max = "100")
                int processWarn,
        @Setting(value = "Threads: the node holds back.", min = "1", max = "100")
                int processDegrade,
        @Setting(value = "Threads: the node saves its state and ends.", min = "1", max = "100")
                int processHard,
        @Setting(
                        value =
                                "File descriptors, in per cent: the node holds back; when it is not"
                                    + " connections that hold them, it saves its state and ends.",
                        min = "1",
                        max = "100")
                int fdHard,
        @Setting(
                        value = "How often to look; five times as often above a warning.",
                        min = "50ms",
                        max = "10m")
                Duration checkInterval) {
    public static final ResourceLimitsConfig DEFAULTS =
            new ResourceLimitsConfig(85, 90, 97, 75, 80, 95, 90, Duration.ofSeconds(5));
}
