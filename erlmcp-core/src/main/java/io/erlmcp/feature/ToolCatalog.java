package io.erlmcp.feature;

import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSchema;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Page;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The tools of a server, and the way into them. Thread-safe; reads never wait. */
public final class ToolCatalog {
    /** A tool with its schemas compiled. */
    private record Compiled(ToolSpec spec, JsonSchema input, @Nullable JsonSchema output) {}

    private final Roster<Compiled> roster;
    private final CatalogConfig config;
    private final List<Interceptor> interceptors;
    private final ChangeListeners listeners = new ChangeListeners();

    public ToolCatalog() {
        this(CatalogConfig.DEFAULTS, List.of());
    }

    /**
     * @param interceptors around every call, the first outermost
     */
    public ToolCatalog(CatalogConfig config, List<Interceptor> interceptors) {
        this.config = config;
        this.interceptors = List.copyOf(interceptors);
        roster = new Roster<>("tool", config);
    }

    /**
     * Adds a tool.
     *
     * @throws IllegalArgumentException when there is one of that name, or a schema does not compile
     * @throws IllegalStateException when the catalog is full
     */
    public void add(ToolSpec spec) {
        roster.add(spec.name(), compile(spec));
        listeners.changed();
    }

    /**
     * Puts {@code spec} in the place of the tool of its name.
     *
     * @throws IllegalArgumentException when there is none, or a schema does not compile
     */
    public void replace(ToolSpec spec) {
        roster.replace(spec.name(), compile(spec));
        listeners.changed();
    }

    /** Takes a tool out; false when there was none of that name. Calls that are under way go on. */
    public boolean remove(String name) {
        boolean removed = roster.remove(name);
        if (removed) {
            listeners.changed();
        }
        return removed;
    }

    /**
     * Leaves out of lists what {@code which} says by name, and tells the listeners; it is still
     * found and called, so that whoever refuses calls can say why. To be called again when {@code
     * which} says otherwise.
     */
    public void withhold(Predicate<String> which) {
        roster.withhold(which);
        listeners.changed();
    }

    public Optional<ToolSpec> find(String name) {
        return roster.find(name).map(Compiled::spec);
    }

    /** All tools, in the order they were added. */
    public List<ToolSpec> all() {
        return roster.all().stream().map(Compiled::spec).toList();
    }

    public boolean isEmpty() {
        return roster.size() == 0;
    }

    /** Grows with every change. */
    public long version() {
        return roster.version();
    }

    /** Calls {@code listener} after every change, on the thread that made it. */
    public Registration onChange(Runnable listener) {
        return listeners.add(listener);
    }

    /**
     * One page of the tools.
     *
     * @throws McpException -32602 when the cursor is none of ours
     */
    public Page.Tools list(@Nullable String cursor) {
        Roster.Part<Compiled> part = roster.page(cursor);
        return new Page.Tools(
                part.values().stream().map(it -> it.spec().tool()).toList(),
                part.nextCursor(),
                config.cache());
    }

    /**
     * Calls a tool. Arguments that break its input schema, and a {@link ToolFailure}, give a result
     * with {@code isError}.
     *
     * @throws McpException -32602 when there is no such tool, or the arguments have a name twice
     * @throws IllegalStateException when the tool breaks its own output schema
     */
    public CallToolResult call(String name, JsonSlice arguments, CallContext context)
            throws Exception {
        Compiled tool =
                roster.find(name)
                        .orElseThrow(() -> McpException.invalidParams("Unknown tool: " + name));
        List<String> violations = tool.input().validate(valueOf(arguments));
        if (!violations.isEmpty()) {
            return CallToolResult.error(
                    "Invalid arguments for tool " + name + ":\n" + String.join("\n", violations));
        }
        CallToolResult result;
        try {
            result = proceed(0, tool.spec(), new ToolCall(name, arguments, context));
        } catch (ToolFailure failure) {
            result = failed(failure);
        }
        checkOutput(tool, result);
        return result;
    }

    private CallToolResult proceed(int index, ToolSpec tool, ToolCall call) throws Exception {
        if (index < interceptors.size()) {
            return interceptors.get(index).around(call, next -> proceed(index + 1, tool, next));
        }
        try {
            CallToolResult result = tool.handler().call(call.arguments(), call.context());
            return Objects.requireNonNull(result, () -> "tool " + tool.name() + " returned null");
        } catch (ToolFailure failure) {
            return failed(failure);
        }
    }

    private static CallToolResult failed(ToolFailure failure) {
        return CallToolResult.error(
                Objects.requireNonNullElse(failure.getMessage(), "The tool failed"));
    }

    private static JsonValue valueOf(JsonSlice arguments) {
        try {
            return arguments.value();
        } catch (JsonException e) {
            throw McpException.invalidParams("arguments: " + e.getMessage());
        }
    }

    private static void checkOutput(Compiled tool, CallToolResult result) {
        if (tool.output() == null || result.isError()) {
            return;
        }
        String name = tool.spec().name();
        if (result.structuredContent() == null) {
            throw new IllegalStateException(
                    "tool "
                            + name
                            + " has an output schema, but its result has no structuredContent");
        }
        List<String> violations = tool.output().validate(result.structuredContent());
        if (!violations.isEmpty()) {
            throw new IllegalStateException(
                    "tool "
                            + name
                            + ": structuredContent breaks the output schema: "
                            + String.join("; ", violations));
        }
    }

    private static Compiled compile(ToolSpec spec) {
        JsonObject output = spec.tool().outputSchema();
        return new Compiled(
                spec,
                compile(spec, "inputSchema", spec.tool().inputSchema()),
                output == null ? null : compile(spec, "outputSchema", output));
    }

    private static JsonSchema compile(ToolSpec spec, String which, JsonObject schema) {
        try {
            return JsonSchema.compile(schema);
        } catch (JsonException e) {
            throw new IllegalArgumentException(
                    "tool " + spec.name() + ": " + which + ": " + e.getMessage(), e);
        }
    }
}
