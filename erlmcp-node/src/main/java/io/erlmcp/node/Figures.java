package io.erlmcp.node;

import io.erlmcp.server.McpServer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntSupplier;

/** What {@code /health} says of a node in numbers. */
final class Figures {
    private Figures() {}

    static Map<String, IntSupplier> of(Listeners listeners, McpServer server, Guards guards) {
        Map<String, IntSupplier> figures = new LinkedHashMap<>();
        figures.put("connections", listeners::connections);
        figures.put("in_flight", server::inFlight);
        figures.put("queue_depth", server::waitingCalls);
        figures.put("sessions", server::openSessions);
        figures.put("tasks", server::keptTasks);
        Runtime jvm = Runtime.getRuntime();
        figures.put("memory_mb", () -> (int) ((jvm.totalMemory() - jvm.freeMemory()) >> 20));
        figures.put("gc_pause_ms", guards::lastPauseMillis);
        figures.put("throughput_msg_sec", guards.rates()::perSecond);
        figures.put("errors_1m", guards.rates()::errorsInMinute);
        return figures;
    }
}
