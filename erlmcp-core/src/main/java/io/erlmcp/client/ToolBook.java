package io.erlmcp.client;

import io.erlmcp.feature.HeaderParams;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSchema;
import io.erlmcp.json.JsonValue;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.TaskSupport;
import io.erlmcp.protocol.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tools that the server showed: what their calls need, and whether their definitions stay what
 * they were. A definition that changes after it was first seen is reported each time it changes.
 */
final class ToolBook {
    /**
     * @param output the compiled output schema, or null where there is none that can be used
     */
    private record Entry(Tool definition, HeaderParams params, @Nullable JsonSchema output) {}

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final int maxTools;
    private final boolean mirrored;
    private final boolean checksResults;
    private final Observer observer;

    /**
     * @param mirrored whether calls repeat arguments as headers
     * @param checksResults whether structured content must keep to the tool's output schema
     */
    ToolBook(int maxTools, boolean mirrored, boolean checksResults, Observer observer) {
        this.maxTools = maxTools;
        this.mirrored = mirrored;
        this.checksResults = checksResults;
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
        if (known != null && known.definition().equals(tool)) {
            return;
        }
        entries.put(tool.name(), new Entry(tool, params, output(tool)));
        if (known != null) {
            observer.on(new ClientEvent.ToolChanged(tool.name()));
        }
    }

    private @Nullable JsonSchema output(Tool tool) {
        JsonObject schema = tool.outputSchema();
        if (schema == null || !checksResults) {
            return null;
        }
        try {
            return JsonSchema.compile(schema);
        } catch (JsonException e) {
            observer.on(new ClientEvent.SchemaIgnored(tool.name(), String.valueOf(e.getMessage())));
            return null;
        }
    }

    /**
     * Compares a result with what the tool promised, where that is known.
     *
     * @throws InvalidResultException when it is something else
     */
    void check(String tool, CallToolResult result) {
        Entry entry = entries.get(tool);
        JsonSchema schema = entry == null ? null : entry.output();
        if (schema == null || result.isError()) {
            return;
        }
        JsonValue content = result.structuredContent();
        if (content == null) {
            throw new InvalidResultException(
                    tool,
                    List.of(
                            "/: the structured content that its output schema asks for"
                                    + " is missing"));
        }
        List<String> problems = schema.validate(content);
        if (!problems.isEmpty()) {
            throw new InvalidResultException(tool, problems);
        }
    }

    /** Whether calls of that tool run as tasks only, as far as is known. */
    boolean needsTask(String tool) {
        Entry entry = entries.get(tool);
        return entry != null && entry.definition().taskSupport() == TaskSupport.REQUIRED;
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
