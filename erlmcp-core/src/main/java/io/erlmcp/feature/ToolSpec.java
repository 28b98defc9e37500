package io.erlmcp.feature;

import io.erlmcp.json.JacksonBinder;
import io.erlmcp.json.JsonBinder;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.SchemaGenerator;
import io.erlmcp.protocol.Icon;
import io.erlmcp.protocol.TaskSupport;
import io.erlmcp.protocol.Tool;
import io.erlmcp.protocol.ToolAnnotations;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A tool and the code behind it. Immutable: every change makes another.
 *
 * <pre>{@code
 * ToolSpec.typed("add", Numbers.class, Sum.class, (numbers, call) -> new Sum(numbers.a() + numbers.b()))
 *         .description("Adds two numbers");
 * }</pre>
 */
public final class ToolSpec implements Feature {
    private static final JsonObject NO_ARGUMENTS = JsonObject.of("type", "object");

    private final Tool tool;
    private final ToolHandler handler;
    private final boolean nonBlocking;
    private final @Nullable Duration timeout;
    private final Priority priority;
    private final boolean beginsTaskItself;
    private final HeaderParams headerParams;

    private ToolSpec(
            Tool tool,
            ToolHandler handler,
            boolean nonBlocking,
            @Nullable Duration timeout,
            Priority priority,
            boolean beginsTaskItself) {
        tool.checkName();
        if (nonBlocking && tool.taskSupport() != TaskSupport.FORBIDDEN) {
            throw new IllegalArgumentException(
                    "tool " + tool.name() + ": what is non-blocking is no task");
        }
        if (timeout != null && !timeout.isPositive()) {
            throw new IllegalArgumentException(
                    "tool " + tool.name() + ": timeout must be positive: " + timeout);
        }
        this.tool = tool;
        this.handler = handler;
        this.nonBlocking = nonBlocking;
        this.timeout = timeout;
        this.priority = priority;
        this.beginsTaskItself = beginsTaskItself;
        try {
            headerParams = HeaderParams.of(tool.inputSchema());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("tool " + tool.name() + ": " + e.getMessage(), e);
        }
    }

    /**
     * @throws IllegalArgumentException when an {@code x-mcp-header} of the input schema breaks a
     *     rule
     */
    public static ToolSpec of(Tool tool, ToolHandler handler) {
        return new ToolSpec(tool, handler, false, null, Priority.NORMAL, false);
    }

    /** A tool that takes any object; say more with {@link #inputSchema}. */
    public static ToolSpec of(String name, ToolHandler handler) {
        return of(
                new Tool(
                        name,
                        null,
                        null,
                        NO_ARGUMENTS,
                        null,
                        ToolAnnotations.NONE,
                        List.of(),
                        JsonObject.EMPTY),
                handler);
    }

    /**
     * A tool whose arguments are a record. Its answer may be a record, a map or a list of such,
     * which become structured content with an output schema; or text, a number, content blocks, a
     * {@link io.erlmcp.protocol.CallToolResult}, or nothing.
     */
    public static <I, O extends @Nullable Object> ToolSpec typed(
            String name, Class<I> input, Class<O> output, TypedTool<I, O> code) {
        return typed(name, input, output, code, JacksonBinder.shared());
    }

    /**
     * As {@link #typed(String, Class, Class, TypedTool)}, with another binder between JSON and
     * Java.
     */
    public static <I, O extends @Nullable Object> ToolSpec typed(
            String name, Class<I> input, Class<O> output, TypedTool<I, O> code, JsonBinder binder) {
        JsonObject inputSchema = SchemaGenerator.schemaOf(input);
        JsonObject outputSchema = ToolResults.schemaOf(output);
        Tool tool =
                new Tool(
                        name,
                        null,
                        null,
                        inputSchema,
                        outputSchema,
                        ToolAnnotations.NONE,
                        List.of(),
                        JsonObject.EMPTY);
        return of(
                tool,
                (arguments, context) -> {
                    I bound = bind(arguments, input, binder);
                    return ToolResults.of(code.call(bound, context), outputSchema != null, binder);
                });
    }

    /** Reads arguments. @throws ToolFailure that names the member which does not fit */
    @SuppressWarnings("TypeParameterUnusedInFormals")
    static <T> T bind(JsonSlice arguments, Type type, JsonBinder binder) {
        try {
            return binder.read(arguments, type);
        } catch (JsonException e) {
            throw new ToolFailure("Invalid arguments: " + e.getMessage(), e);
        }
    }

    public ToolSpec title(String title) {
        return with(draft -> draft.title = title);
    }

    public ToolSpec description(String description) {
        return with(draft -> draft.description = description);
    }

    public ToolSpec inputSchema(JsonObject inputSchema) {
        return with(draft -> draft.inputSchema = inputSchema);
    }

    public ToolSpec outputSchema(JsonObject outputSchema) {
        return with(draft -> draft.outputSchema = outputSchema);
    }

    public ToolSpec annotations(ToolAnnotations annotations) {
        return with(draft -> draft.annotations = annotations);
    }

    public ToolSpec icons(Icon... icons) {
        return with(draft -> draft.icons = List.of(icons));
    }

    public ToolSpec meta(JsonObject meta) {
        return with(draft -> draft.meta = meta);
    }

    /**
     * Declares that the code answers at once and never asks the user: it runs without a thread of
     * its own.
     */
    public ToolSpec nonBlocking() {
        return new ToolSpec(tool, handler, true, timeout, priority, beginsTaskItself);
    }

    /**
     * Lets calls run as tasks, which outlive their requests: the client is answered at once and
     * asks for the result later. A task is bounded by how long it is kept, not by {@link #timeout}.
     */
    public ToolSpec taskSupport(TaskSupport support) {
        return with(draft -> draft.taskSupport = support);
    }

    /**
     * Declares that the code says itself where the task begins, by {@link
     * CallContext#continueAsTask}; what it asks before that is asked in the rounds of the call.
     */
    public ToolSpec beginsTaskItself() {
        return new ToolSpec(tool, handler, nonBlocking, timeout, priority, true);
    }

    /** Limits a call; time in which a question is open does not count. */
    public ToolSpec timeout(Duration timeout) {
        return new ToolSpec(tool, handler, nonBlocking, timeout, priority, beginsTaskItself);
    }

    /** Says how much a call matters when not all can be served. */
    public ToolSpec priority(Priority priority) {
        return new ToolSpec(tool, handler, nonBlocking, timeout, priority, beginsTaskItself);
    }

    public String name() {
        return tool.name();
    }

    public Tool tool() {
        return tool;
    }

    public ToolHandler handler() {
        return handler;
    }

    public boolean isNonBlocking() {
        return nonBlocking;
    }

    /** See {@link #beginsTaskItself()}. */
    public boolean isTaskBegunByHandler() {
        return beginsTaskItself;
    }

    /** The limit of a call; empty where the server's holds. */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    public Priority priority() {
        return priority;
    }

    /** The arguments that HTTP clients repeat as headers. */
    public HeaderParams headerParams() {
        return headerParams;
    }

    private ToolSpec with(Consumer<Draft> change) {
        Draft draft = new Draft(tool);
        change.accept(draft);
        return new ToolSpec(draft.tool(), handler, nonBlocking, timeout, priority, beginsTaskItself);
    }

    /** A tool while one of its parts is being changed. */
    private static final class Draft {
        private final String name;
        private @Nullable String title;
        private @Nullable String description;
        private JsonObject inputSchema;
        private @Nullable JsonObject outputSchema;
        private ToolAnnotations annotations;
        private List<Icon> icons;
        private JsonObject meta;
        private TaskSupport taskSupport;

        Draft(Tool tool) {
            name = tool.name();
            title = tool.title();
            description = tool.description();
            inputSchema = tool.inputSchema();
            outputSchema = tool.outputSchema();
            annotations = tool.annotations();
            icons = tool.icons();
            meta = tool.meta();
            taskSupport = tool.taskSupport();
        }

        Tool tool() {
            return new Tool(
                    name,
                    title,
                    description,
                    inputSchema,
                    outputSchema,
                    annotations,
                    icons,
                    meta,
                    taskSupport);
        }
    }
}
