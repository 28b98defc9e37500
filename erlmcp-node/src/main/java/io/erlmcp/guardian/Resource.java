package io.erlmcp.guardian;

import java.util.Locale;

/** What a node may run out of. */
public enum Resource {
    /** Heap, direct memory, or all memory of the process, whichever is nearest to its limit. */
    MEMORY("take load away, or give the node more memory (-Xmx, the limit of the container)"),
    /** Platform threads of the process. */
    PROCESS("look for what starts threads: a plug-in, or an upstream server (jcmd Thread.print)"),
    /** File descriptors of the process. */
    FD("raise the limit of open files, or lower http.max_connections and tcp.max_connections");

    private final String recommendation;

    Resource(String recommendation) {
        this.recommendation = recommendation;
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
