package io.erlmcp.config;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One upstream server: a command, or a URL. */
public record UpstreamConfig(
        @Setting("The program that is run as a child process, and its arguments.")
                List<String> command,
        @Setting(
                        "Where the server is reached instead: an http, https, ws, wss, tcp,"
                                + " tcps or unix URL.")
                String url,
        @Setting(value = "Headers for a URL; may hold credentials.", secret = true)
                Map<String, String> headers,
        @Setting(value = "Variables of the child; may hold credentials.", secret = true)
                Map<String, String> environment,
        @Setting("Variables of the node that the child gets as well; it gets no others.")
                List<String> inherit,
        @Setting(
                        "What it is spoken to in: auto, what it answers to; legacy, up to"
                                + " 2025-11-25; modern, from 2026-07-28.")
                Era era,
        @Setting("The working directory of the child; empty: that of the node.") String directory,
        @Setting(
                        value =
                                "When a child that ended is started again: permanent, always;"
                                        + " transient, when it failed; temporary, never. Refused"
                                        + " beside url.",
                        notBeside = "url",
                        because = FOR_EVER)
                Restart restart,
        @Setting(
                        value =
                                "Restarts of a child that are tolerated within 60 s; after one more"
                                        + " failure it is halted. Refused beside url.",
                        notBeside = "url",
                        because = FOR_EVER,
                        min = "0",
                        max = "1000000")
                int maxRestarts,
        @Setting(
                        value =
                                "The longest pause before a restart, or before a server on a"
                                    + " network is connected to again; pauses begin short (there"
                                    + " with a second, which is the least) and grow with each"
                                    + " failure in a row.",
                        min = "1ms",
                        max = "1h")
                Duration maxRestartPause,
        @Setting(
                        "Other upstream servers without which it does not work, 20 at most. They"
                            + " are started first, not waited for; while one is unhealthy it is"
                            + " degraded, and what fails in it right after one failed is taken for"
                            + " the result of that.")
                List<String> needs,
        @Setting(
                        "Stands before the names of its tools and prompts where they are taken;"
                                + " empty: the server's name and an underscore.")
                String prefix,
        @Setting("Whether the prefix stands before all names.") boolean alwaysPrefix,
        @Setting("Tools that are offered, * for any characters; empty: all.") List<String> allow,
        @Setting("Tools that are not, whatever allow says.") List<String> deny,
        @Setting(
                        "What becomes of a tool whose definition changes after it was first seen:"
                                + " serve, report it; hold, report it and do not offer it.")
                Changed changedTools,
        @Setting("Whether it may ask the user, the model and for roots in the course of a call.")
                boolean questions,
        @Setting(value = "How long a call may take.", min = "10ms", max = "1d")
                Duration callTimeout,
        @Setting(value = "How long it may take to start and greet.", min = "100ms", max = "1h")
                Duration connectTimeout,
        @Setting(
                        value = "After so much silence it is asked whether it is there.",
                        min = "100ms",
                        max = "1d")
                Duration pingInterval,
        @Setting(
                        value = "How long it may take to answer that, or with a page of a list.",
                        min = "10ms",
                        max = "1h")
                Duration pingTimeout,
        @Setting(
                        value = "Pings in a row without an answer after which it is replaced.",
                        min = "1",
                        max = "1000")
                int maxMissedPings,
        @Setting(value = "Calls at the same time.", min = "1", max = "100000") int maxRunning,
        @Setting(
                        value =
                                "Calls that wait for a place, of the server and of each tool: a"
                                    + " warning at 75 %, low priority up to 80 %, normal up to 95"
                                    + " %.",
                        min = "0",
                        max = "100000")
                int maxWaiting,
        @Setting(
                        value =
                                "How long a call waits for a place; one that would have to wait for"
                                        + " more than half of that is refused at once.",
                        min = "1ms",
                        max = "1h")
                Duration maxWait,
        @Setting(value = "Calls of one tool at the same time.", min = "1", max = "100000")
                int maxRunningPerTool,
        @Setting(value = "Entries of each of its lists.", min = "1", max = "10000") int maxEntries,
        @Setting(value = "The longest message of a child.", min = "1KB", max = "1GB")
                ByteSize maxMessage,
        @Setting(
                        value =
                                "Memory that a child and all it started may hold; one that holds"
                                        + " more is replaced. 0B: no bound.",
                        min = "0B",
                        max = "1TB")
                ByteSize maxMemory,
        @Setting(
                        value =
                                "By how much a child and all it started let the node, and other"
                                        + " programs, have the processor first; 0: not at all.",
                        min = "0",
                        max = "19")
                int nice,
        @Setting(
                        value =
                                "A child that computes for so long and says nothing lets all others"
                                    + " have the processor first until it speaks, and for 60 s"
                                    + " after it failed so, or twice within 60 s; 0s: never. Where"
                                    + " the kernel divides the processor by session.",
                        min = "0s",
                        max = "1h")
                Duration yieldAfter,
        @Setting(
                        value =
                                "Answers of tools that only read, kept for when the server is not"
                                        + " there; 0: none.",
                        min = "0",
                        max = "100000")
                int cachedAnswers,
        @Setting(value = "How old such an answer may be.", min = "1s", max = "7d")
                Duration cachedAge,
        @Setting("Its circuit breaker, and that of each of its tools.") BreakerConfig breaker) {
    static final String FOR_EVER =
            "a server on a network is connected to again for as long as it is not halted";

    /** Names in {@code needs}. */
    static final int MAX_NEEDS = 20;

    public static final UpstreamConfig DEFAULTS =
            new UpstreamConfig(
                    List.of(),
                    "",
                    Map.of(),
                    Map.of(),
                    List.of("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "USER"),
                    Era.AUTO,
                    "",
                    Restart.PERMANENT,
                    5,
                    Duration.ofSeconds(30),
                    List.of(),
                    "",
                    false,
                    List.of(),
                    List.of(),
                    Changed.SERVE,
                    true,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(5),
                    3,
                    100,
                    100,
                    Duration.ofSeconds(10),
                    50,
                    1_000,
                    new ByteSize(16 << 20),
                    new ByteSize(0),
                    0,
                    Duration.ofMillis(250),
                    100,
                    Duration.ofMinutes(5),
                    BreakerConfig.DEFAULTS);

    /** What it is spoken to in. */
    public enum Era {
        AUTO,
        LEGACY,
        MODERN
    }

    /** When a child is started again. */
    public enum Restart {
        PERMANENT,
        TRANSIENT,
        TEMPORARY
    }

    /** What becomes of a tool that changes. */
    public enum Changed {
        SERVE,
        HOLD
    }

    public UpstreamConfig {
        command = List.copyOf(command);
        headers = Map.copyOf(headers);
        environment = Map.copyOf(environment);
        inherit = List.copyOf(inherit);
        needs = List.copyOf(needs);
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
        if (!command.isEmpty() && !url.isEmpty()) {
            throw new IllegalArgumentException("url: give either command or url, not both");
        }
        checkNeeds(needs);
    }

    private static void checkNeeds(List<String> needs) {
        if (needs.size() > MAX_NEEDS) {
            throw new IllegalArgumentException(
                    "needs: " + needs.size() + " names are more than " + MAX_NEEDS);
        }
        Set<String> seen = new HashSet<>();
        for (String name : needs) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException("needs: \"" + name + "\" is there twice");
            }
        }
    }

    /** Without what may be a credential. */
    @Override
    public String toString() {
        return "UpstreamConfig[" + (url.isEmpty() ? String.valueOf(command) : url) + "]";
    }
}
