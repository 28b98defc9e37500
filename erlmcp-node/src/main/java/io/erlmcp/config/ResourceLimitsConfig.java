package io.erlmcp.config;

import java.time.Duration;

/** At which share of a resource the guardian acts; a start is refused where they do not rise. */
public record ResourceLimitsConfig(
        @Setting(value = "Memory, in per cent: a warning.", min = "1", max = "100") int memoryWarn,
        @Setting(value = "Memory: the node holds back.", min = "1", max = "100") int memoryDegrade,
        @Setting(value = "Memory: the node saves its state and ends.", min = "1", max = "100")
                int memoryHard,
        @Setting(
                        value =
                                "Threads, in per cent of what the system allows, and calls and"
                                        + " tasks, of what may run and wait: a warning.",
                        min = "1",
                        max = "100")
                int processWarn,
        @Setting(
                        value =
                                "Threads: the node holds back; calls and tasks: what matters least"
                                        + " is shed.",
                        min = "1",
                        max = "100")
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
                        value = "Connections, in per cent of what all listeners let in: a warning.",
                        min = "1",
                        max = "100")
                int connectionsWarn,
        @Setting(
                        value =
                                "Connections: beyond this share no new one is let in, until there"
                                        + " are ten points fewer; at 100 it is max_connections that"
                                        + " refuses.",
                        min = "1",
                        max = "100")
                int connectionsDegrade,
        @Setting(
                        value = "How often to look; five times as often above a warning.",
                        min = "50ms",
                        max = "10m")
                Duration checkInterval) {
    public static final ResourceLimitsConfig DEFAULTS =
            new ResourceLimitsConfig(85, 90, 97, 75, 80, 95, 90, 75, 100, Duration.ofSeconds(5));
}
