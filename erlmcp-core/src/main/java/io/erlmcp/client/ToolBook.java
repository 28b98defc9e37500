package io.erlmcp.client;

import io.erlmcp.feature.HeaderParams;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tools that the server showed: what their calls need, and whether their definitions stay what
 * they were. A definition that changes after it was first seen is reported each time it changes.
 */
final class ToolBook {
    private record Entry(Tool definition, HeaderParams params) {}

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final int maxTools;
    private final boolean mirrored;
    private final Observer observer;

    /**
     * @param mirrored whether calls repeat arguments as headers
     */
    ToolBook(int maxTools, boolean mirrored, Observer observer) {
        this.maxTools = maxTools;
        this.mirrored = mirrored;
        this.observer = observer;
    }

    /** Remembers the tools and returns those that may be used on this transport. */
    List<Tool> learn(List<Tool> listed) {
        List<Tool> usable = new ArrayList<>(listed.size());
        for (Tool tool : listed) {
            try {
                learn(tool, mirrored ? HeaderParams.of(tool.inputSchema()) : HeaderParams.NONE);
                usable.add(tool);
            } catch (IllegalArgumentException e) {
                entries.remove(tool.name());
                observer.on(
                        new ClientEvent.ToolExcluded(tool.name(), String.valueOf(e.getMessage())));
            }
        }
        return usable;
    }

    private void learn(Tool tool, HeaderParams params) {
        Entry known = entries.get(tool.name());
        if (known == null && entries.size() >= maxTools) {
            return;
        }
        entries.put(tool.name(), new Entry(tool, params));
        if (known != null && !known.definition().equals(tool)) {
            observer.on(new ClientEvent.ToolChanged(tool.name()));
        }
    }

    HeaderParams params(String tool) {
        Entry entry = entries.get(tool);
        return entry == null ? HeaderParams.NONE : entry.params();
    }

    /** Whether the server said that calling the tool twice does what calling it once does. */
    boolean isIdempotent(String tool) {
        Entry entry = entries.get(tool);
        return entry != null && entry.definition().annotations().isIdempotent();
    }
}
