package io.erlmcp.wire;

import io.erlmcp.json.JsonName;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.CacheHint;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.Completion;
import io.erlmcp.protocol.CreateTaskResult;
import io.erlmcp.protocol.DetailedTask;
import io.erlmcp.protocol.DiscoverResult;
import io.erlmcp.protocol.Empty;
import io.erlmcp.protocol.GetPromptResult;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.InitializeResult;
import io.erlmcp.protocol.InputRequired;
import io.erlmcp.protocol.ListenEnded;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.Prompt;
import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.protocol.Resource;
import io.erlmcp.protocol.ResourceContents;
import io.erlmcp.protocol.ResourceTemplate;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.protocol.Task;
import io.erlmcp.protocol.TaskResult;
import io.erlmcp.protocol.Tool;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Results of servers, as a server writes them. */
final class ResultWriter {
    private static final JsonName RESULT_TYPE = JsonName.of("resultType");
    private static final JsonName SERVER_INFO = JsonName.of(MetaKeys.SERVER_INFO);
    private static final JsonName STRUCTURED_CONTENT = JsonName.of("structuredContent");

    /** How the server that answered last names itself; nearly always there is but one. */
    private static volatile @Nullable Named lastNamed;

    private record Named(Implementation serverInfo, Dialect dialect, JsonSlice json) {}

    private ResultWriter() {}

    static void write(ServerResult result, ResultMeta meta, Dialect dialect, JsonWriter out) {
        out.beginObject();
        if (dialect.isModern()) {
            out.name(RESULT_TYPE).string(type(result));
        }
        members(result, dialect, out);
        meta(own(result), meta, dialect, out);
        out.endObject();
    }

    private static String type(ServerResult result) {
        return switch (result) {
            case InputRequired it -> "input_required";
            case CreateTaskResult it -> "task";
            default -> "complete";
        };
    }

    private static void members(ServerResult result, Dialect dialect, JsonWriter out) {
        switch (result) {
            case CallToolResult called -> callTool(called, dialect, out);
            case GetPromptResult prompt -> {
                Writes.text(out, "description", prompt.description());
                PromptCodec.write(prompt.messages(), dialect, out);
            }
            case ReadResourceResult read -> {
                out.name("contents").beginArray();
                for (ResourceContents contents : read.contents()) {
                    ResourceCodec.write(contents, dialect, out);
                }
                out.endArray();
                cache(read.cache(), dialect, out);
            }
            case Page page -> page(page, dialect, out);
            case Completion completion -> CompletionCodec.write(completion, out);
            case Empty empty -> {}
            case InitializeResult initialized -> initialize(legacyOnly(initialized, dialect), out);
            case DiscoverResult discovered ->
                    discover(modernOnly(discovered, dialect), dialect, out);
            case InputRequired required ->
                    inputRequired(modernOnly(required, dialect), dialect, out);
            case ListenEnded ended -> modernOnly(ended, dialect);
            case CreateTaskResult created -> created(created, dialect, out);
            case DetailedTask task -> TaskCodec.members(task, dialect, out);
            case TaskResult ended -> callTool(legacyOnly(ended, dialect).result(), dialect, out);
        }
    }

    private static void created(CreateTaskResult created, Dialect dialect, JsonWriter out) {
        if (dialect.isModern()) {
            TaskCodec.members(created.task(), dialect, out);
            return;
        }
        out.name("task").beginObject();
        TaskCodec.members(created.task(), dialect, out);
        out.endObject();
    }

    private static void callTool(CallToolResult result, Dialect dialect, JsonWriter out) {
        ContentCodec.write(result.content(), dialect, out);
        structuredContent(result.structuredContent(), dialect, out);
        Writes.ifTrue(out, "isError", result.isError());
    }

    /** Legacy revisions know objects only: anything else goes as the one member of an object. */
    static void structuredContent(@Nullable JsonValue value, Dialect dialect, JsonWriter out) {
        if (value == null || !dialect.structuredContent()) {
            return;
        }
        out.name(STRUCTURED_CONTENT);
        if (dialect.isModern() || value instanceof JsonObject) {
            out.value(value);
        } else {
            out.beginObject().field(LegacySchemas.RESULT, value).endObject();
        }
    }

    private static void page(Page page, Dialect dialect, JsonWriter out) {
        switch (page) {
            case Page.Tools tools -> {
                out.name("tools").beginArray();
                for (Tool tool : tools.tools()) {
                    ToolCodec.write(tool, dialect, out);
                }
            }
            case Page.Prompts prompts -> {
                out.name("prompts").beginArray();
                for (Prompt prompt : prompts.prompts()) {
                    PromptCodec.write(prompt, dialect, out);
                }
            }
            case Page.Resources resources -> {
                out.name("resources").beginArray();
                for (Resource resource : resources.resources()) {
                    ResourceCodec.write(resource, dialect, out);
                }
            }
            case Page.Tasks tasks -> {
                out.name("tasks").beginArray();
                for (Task task : tasks.tasks()) {
                    out.beginObject();
                    TaskCodec.members(task, dialect, out);
                    out.endObject();
                }
            }
            case Page.ResourceTemplates templates -> {
                out.name("resourceTemplates").beginArray();
                for (ResourceTemplate template : templates.resourceTemplates()) {
                    ResourceCodec.write(template, dialect, out);
                }
            }
        }
        out.endArray();
        Writes.text(out, "nextCursor", page.nextCursor());
        cache(page.cache(), dialect, out);
    }

    private static void cache(CacheHint cache, Dialect dialect, JsonWriter out) {
        if (dialect.isModern()) {
            out.field("ttlMs", cache.ttl().toMillis())
                    .field("cacheScope", cache.isPublic() ? "public" : "private");
        }
    }

    /**
     * The capabilities are spelled as the negotiated revision wants them, whichever wire reads the
     * request.
     */
    private static void initialize(InitializeResult result, JsonWriter out) {
        Dialect negotiated = new Dialect(result.revision());
        out.field("protocolVersion", result.revision().text()).name("capabilities");
        CapabilitiesCodec.write(result.capabilities(), negotiated, out);
        out.name("serverInfo");
        ImplementationCodec.write(result.serverInfo(), negotiated, out);
        Writes.text(out, "instructions", result.instructions());
    }

    private static void discover(DiscoverResult result, Dialect dialect, JsonWriter out) {
        out.name("supportedVersions");
        Writes.strings(out, result.supportedVersions());
        out.name("capabilities");
        CapabilitiesCodec.write(result.capabilities(), dialect, out);
        Writes.text(out, "instructions", result.instructions());
        cache(result.cache(), dialect, out);
    }

    private static void inputRequired(InputRequired result, Dialect dialect, JsonWriter out) {
        if (!result.inputRequests().isEmpty()) {
            InputCodec.writeAll(result.inputRequests(), dialect, out);
        }
        Writes.text(out, "requestState", result.requestState());
    }

    private static JsonObject own(ServerResult result) {
        return switch (result) {
            case CallToolResult called -> called.meta();
            case GetPromptResult prompt -> prompt.meta();
            case ReadResourceResult read -> read.meta();
            case ListenEnded ended ->
                    JsonObject.of(MetaKeys.SUBSCRIPTION_ID, ended.subscriptionId());
            case Page it -> JsonObject.EMPTY;
            case Completion it -> JsonObject.EMPTY;
            case Empty it -> JsonObject.EMPTY;
            case InitializeResult it -> JsonObject.EMPTY;
            case DiscoverResult it -> JsonObject.EMPTY;
            case InputRequired it -> JsonObject.EMPTY;
            case CreateTaskResult it -> JsonObject.EMPTY;
            case DetailedTask it -> JsonObject.EMPTY;
            case TaskResult ended ->
                    ended.result()
                            .meta()
                            .with(MetaKeys.RELATED_TASK, JsonObject.of("taskId", ended.taskId()));
        };
    }

    /** Each name once: what the server adds wins over what the handler put there. */
    private static void meta(JsonObject own, ResultMeta meta, Dialect dialect, JsonWriter out) {
        Implementation serverInfo = dialect.isModern() ? meta.serverInfo() : null;
        if (own.isEmpty() && meta.extra().isEmpty() && serverInfo == null) {
            return;
        }
        out.name(MetaKeys.META).beginObject();
        for (Map.Entry<String, JsonValue> member : own.members().entrySet()) {
            if (!meta.extra().has(member.getKey())) {
                metaMember(member, serverInfo, out);
            }
        }
        for (Map.Entry<String, JsonValue> member : meta.extra().members().entrySet()) {
            metaMember(member, serverInfo, out);
        }
        if (serverInfo != null) {
            out.name(SERVER_INFO).raw(encoded(serverInfo, dialect));
        }
        out.endObject();
    }

    @SuppressWarnings("ReferenceEquality") // another instance is only encoded again
    private static JsonSlice encoded(Implementation serverInfo, Dialect dialect) {
        Named known = lastNamed;
        if (known == null || known.serverInfo() != serverInfo || known.dialect() != dialect) {
            JsonWriter json = new JsonWriter();
            ImplementationCodec.write(serverInfo, dialect, json);
            known = new Named(serverInfo, dialect, json.toSlice());
            lastNamed = known;
        }
        return known.json();
    }

    private static void metaMember(
            Map.Entry<String, JsonValue> member,
            @Nullable Implementation serverInfo,
            JsonWriter out) {
        if (serverInfo == null || !member.getKey().equals(MetaKeys.SERVER_INFO)) {
            out.field(member.getKey(), member.getValue());
        }
    }

    private static <T extends ServerResult> T modernOnly(T result, Dialect dialect) {
        if (!dialect.isModern()) {
            throw absent(result, dialect);
        }
        return result;
    }

    private static <T extends ServerResult> T legacyOnly(T result, Dialect dialect) {
        if (dialect.isModern()) {
            throw absent(result, dialect);
        }
        return result;
    }

    private static IllegalArgumentException absent(ServerResult result, Dialect dialect) {
        return new IllegalArgumentException(
                "protocol " + dialect.revision() + " has no " + result.getClass().getSimpleName());
    }
}
