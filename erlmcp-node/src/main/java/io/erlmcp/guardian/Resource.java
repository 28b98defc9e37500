package io.erlmcp.guardian;

import java.util.Locale;

/** What a node may run out of. */
public enum Resource {
    /** Heap, direct memory, or all memory of the process, whichever is nearest to its limit. */
    MEMORY(
            Kind.OF_THE_PROCESS,
            "take load away, or give the node more memory (-Xmx, the limit of the container)"),
    /** Platform threads of the process. */
    PROCESS(
            Kind.OF_THE_PROCESS,
            "look for what starts threads: a plug-in, or an upstream server (jcmd Thread.print)"),
    /** File descriptors of the process. */
    FD(
            Kind.OF_THE_PROCESS,
            "raise the limit of open files, or lower http.max_connections and"
                    + " tcp.max_connections"),
    /** Connections of clients, of what all listeners together let in. */
    CONNECTIONS(
            Kind.BOUNDED,
            "look for clients that leave connections open, or raise http.max_connections and"
                    + " tcp.max_connections"),
    /** Virtual threads of calls that run or wait, or of tasks, whichever is nearest its limit. */
    CALLS(
            Kind.BOUNDED,
            "look for tools that got slow, or raise limits.max_in_flight,"
                    + " message_queue_config.max_size and tasks.max_running");

    private enum Kind {
        OF_THE_PROCESS,
        BOUNDED
    }

    private final Kind kind;
    private final String recommendation;

    Resource(Kind kind, String recommendation) {
        this.kind = kind;
        this.recommendation = recommendation;
    }

    /**
     * Whether the node counts it and has a limit of its own that refuses: being full then harms
     * only what needs more of it, so it never ends the node, and holds nothing else back.
     */
    public boolean isBounded() {
        return kind == Kind.BOUNDED;
    }

    /** What an operator may do about it. */
    public String recommendation() {
        return recommendation;
    }

    /** As it stands in metrics. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
