package io.erlmcp.wire;

import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonNull;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.CacheHint;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.CreateTaskResult;
import io.erlmcp.protocol.DiscoverResult;
import io.erlmcp.protocol.Empty;
import io.erlmcp.protocol.GetPromptResult;
import io.erlmcp.protocol.InitializeResult;
import io.erlmcp.protocol.InputRequired;
import io.erlmcp.protocol.ListenEnded;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerResult;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Results of servers, as a client reads them. */
final class ResultReader {
    private ResultReader() {}

    static ServerResult readLegacy(ClientRequest request, JsonObject result, Dialect dialect) {
        return Reads.checked(
                Methods.of(request),
                () ->
                        request instanceof ClientRequest.CallTool call && call.task() != null
                                ? created(result, dialect)
                                : complete(request, result, dialect));
    }

    /** Receivers that do not know tasks answer as if nobody had wished for one. */
    private static ServerResult created(JsonObject from, Dialect dialect) {
        return from.has("task")
                ? new CreateTaskResult(TaskCodec.read(from.requireObject("task"), dialect))
                : callTool(from);
    }

    /**
     * Servers that leave {@code resultType} out mean a complete result; a type that we do not know
     * is invalid.
     */
    static ServerResult readModern(ClientRequest request, JsonObject result, Dialect dialect) {
        return Reads.checked(
                Methods.of(request),
                () -> {
                    String type = result.string("resultType").orElse("complete");
                    return switch (type) {
                        case "complete" -> complete(request, result, dialect);
                        case "input_required" -> inputRequired(request, result, dialect);
                        case "task" -> task(request, result, dialect);
                        default ->
                                throw new JsonException(
                                        "member 'resultType': unknown type '"
                                                + Reads.quote(type)
                                                + "'");
                    };
                });
    }

    private static ServerResult task(ClientRequest request, JsonObject from, Dialect dialect) {
        if (!(request instanceof ClientRequest.CallTool)) {
            throw new JsonException("member 'resultType': task is no answer to this method");
        }
        return new CreateTaskResult(TaskCodec.read(from, dialect));
    }

    private static ServerResult complete(ClientRequest request, JsonObject from, Dialect dialect) {
        return switch (request) {
            case ClientRequest.CallTool it -> callTool(from);
            case ClientRequest.GetPrompt it ->
                    new GetPromptResult(
                            from.string("description").orElse(null),
                            Reads.requiredList(from, "messages", PromptCodec::readMessage),
                            Reads.meta(from));
            case ClientRequest.ReadResource it ->
                    new ReadResourceResult(
                            Reads.requiredList(from, "contents", ResourceCodec::readContents),
                            cache(from),
                            Reads.meta(from));
            case ClientRequest.ListTools it ->
                    new Page.Tools(
                            Reads.requiredList(from, "tools", ToolCodec::read),
                            nextCursor(from),
                            cache(from));
            case ClientRequest.ListPrompts it ->
                    new Page.Prompts(
                            Reads.requiredList(from, "prompts", PromptCodec::read),
                            nextCursor(from),
                            cache(from));
            case ClientRequest.ListResources it ->
                    new Page.Resources(
                            Reads.requiredList(from, "resources", ResourceCodec::read),
                            nextCursor(from),
                            cache(from));
            case ClientRequest.ListResourceTemplates it ->
                    new Page.ResourceTemplates(
                            Reads.requiredList(
                                    from, "resourceTemplates", ResourceCodec::readTemplate),
                            nextCursor(from),
                            cache(from));
            case ClientRequest.Complete it -> CompletionCodec.read(from);
            case ClientRequest.Initialize it -> initialize(from);
            case ClientRequest.Discover it ->
                    new DiscoverResult(
                            Reads.strings(from, "supportedVersions"),
                            CapabilitiesCodec.readServer(from.requireObject("capabilities")),
                            from.string("instructions").orElse(null),
                            cache(from));
            case ClientRequest.Listen it -> listenEnded(from);
            case ClientRequest.Ping it -> Empty.RESULT;
            case ClientRequest.SetLevel it -> Empty.RESULT;
            case ClientRequest.Subscribe it -> Empty.RESULT;
            case ClientRequest.Unsubscribe it -> Empty.RESULT;
            case ClientRequest.GetTask it -> TaskCodec.readDetailed(from, dialect);
            case ClientRequest.GetTaskResult it -> callTool(from);
            case ClientRequest.ListTasks it ->
                    new Page.Tasks(
                            Reads.requiredList(from, "tasks", one -> TaskCodec.read(one, dialect)),
                            nextCursor(from));
            case ClientRequest.CancelTask it ->
                    dialect.isModern() ? Empty.RESULT : TaskCodec.readDetailed(from, dialect);
            case ClientRequest.UpdateTask it -> Empty.RESULT;
        };
    }

    static CallToolResult callTool(JsonObject from) {
        return new CallToolResult(
                Reads.list(from, "content", ContentCodec::read),
                from.get("structuredContent"),
                from.bool("isError").orElse(false),
                Reads.meta(from));
    }

    private static InitializeResult initialize(JsonObject from) {
        String version = from.requireString("protocolVersion");
        Revision revision =
                Revision.of(version)
                        .orElseThrow(
                                () ->
                                        new JsonException(
                                                "member 'protocolVersion': unsupported version '"
                                                        + Reads.quote(version)
                                                        + "'"));
        return new InitializeResult(
                revision,
                CapabilitiesCodec.readServer(from.requireObject("capabilities")),
                ImplementationCodec.read(from.requireObject("serverInfo")),
                from.string("instructions").orElse(null));
    }

    private static ListenEnded listenEnded(JsonObject from) {
        JsonValue id = NotificationCodec.subscriptionId(from);
        return new ListenEnded(id == null ? JsonNull.NULL : id);
    }

    private static ServerResult inputRequired(
            ClientRequest request, JsonObject from, Dialect dialect) {
        boolean allowed =
                switch (request) {
                    case ClientRequest.CallTool it -> true;
                    case ClientRequest.GetPrompt it -> true;
                    case ClientRequest.ReadResource it -> true;
                    default -> false;
                };
        if (!allowed) {
            throw new JsonException(
                    "member 'resultType': input_required is no answer to this method");
        }
        return new InputRequired(
                InputCodec.readAll(from, dialect), from.string("requestState").orElse(null));
    }

    private static @Nullable String nextCursor(JsonObject from) {
        return from.string("nextCursor").orElse(null);
    }

    /** A hint that makes no sense is none: the result is then simply not kept. */
    private static CacheHint cache(JsonObject from) {
        boolean isPublic = new JsonString("public").equals(from.get("cacheScope"));
        if (!(from.get("ttlMs") instanceof JsonNumber ttl)) {
            return new CacheHint(Duration.ZERO, isPublic);
        }
        double millis = Math.max(0, ttl.doubleValue());
        return new CacheHint(Duration.ofMillis((long) millis), isPublic);
    }
}
