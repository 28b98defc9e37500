package io.erlmcp.wire;

import io.erlmcp.json.Envelope;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonKind;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.McpException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Requests of clients, as a server reads them. The wires decide which methods there are. */
final class RequestReader {
    private static final Known<ClientRequest.Initialize> CLIENTS = new Known<>();

    private static final String TASK_ID = "taskId";

    private RequestReader() {}

    /** A request of a method that both eras have, or null if there is none. */
    static @Nullable ClientRequest read(String method, Envelope request) {
        return switch (method) {
            case Methods.LIST_TOOLS -> new ClientRequest.ListTools(cursor(method, request));
            case Methods.LIST_PROMPTS -> new ClientRequest.ListPrompts(cursor(method, request));
            case Methods.LIST_RESOURCES -> new ClientRequest.ListResources(cursor(method, request));
            case Methods.LIST_RESOURCE_TEMPLATES ->
                    new ClientRequest.ListResourceTemplates(cursor(method, request));
            case Methods.READ_RESOURCE -> new ClientRequest.ReadResource(uri(method, request));
            case Methods.GET_PROMPT -> Reads.checked(method, () -> getPrompt(params(request)));
            case Methods.COMPLETE ->
                    Reads.checked(method, () -> CompletionCodec.readRequest(params(request)));
            default -> null;
        };
    }

    /** The hot path: name and arguments come from where the scanner found them, without a tree. */
    static ClientRequest callTool(Envelope request, boolean mayBeTask) {
        ClientRequest.CallTool call = callTool(request);
        JsonSlice task = mayBeTask ? request.task() : null;
        return task == null
                ? call
                : new ClientRequest.CallTool(
                        call.name(),
                        call.arguments(),
                        Reads.checked(Methods.CALL_TOOL, () -> TaskCodec.wish(task.value())));
    }

    private static ClientRequest.CallTool callTool(Envelope request) {
        String name = request.name();
        if (name == null) {
            throw notText(Methods.CALL_TOOL, "name", request.nameKind());
        }
        return switch (request.argumentsKind()) {
            case ABSENT, NULL -> new ClientRequest.CallTool(name, JsonSlice.EMPTY_OBJECT);
            case OBJECT -> {
                JsonSlice arguments = request.arguments();
                yield new ClientRequest.CallTool(
                        name, arguments == null ? JsonSlice.EMPTY_OBJECT : arguments);
            }
            case ARRAY, STRING, NUMBER, BOOLEAN ->
                    throw McpException.invalidParams(
                            Methods.CALL_TOOL
                                    + ": member 'arguments': expected object, was "
                                    + text(request.argumentsKind()));
        };
    }

    private static ClientRequest getPrompt(JsonObject params) {
        return new ClientRequest.GetPrompt(
                params.requireString("name"), Reads.stringMap(params, "arguments"));
    }

    /** The empty string is a cursor like any other. */
    private static @Nullable String cursor(String method, Envelope request) {
        String cursor = request.cursor();
        JsonKind kind = request.cursorKind();
        if (cursor == null && kind != JsonKind.ABSENT && kind != JsonKind.NULL) {
            throw notText(method, "cursor", kind);
        }
        return cursor;
    }

    static String uri(String method, Envelope request) {
        String uri = request.uri();
        if (uri == null) {
            throw notText(method, "uri", request.uriKind());
        }
        return uri;
    }

    static ClientRequest.Initialize initialize(Envelope request) {
        JsonSlice slice = request.params();
        ClientRequest.Initialize known = slice == null ? null : CLIENTS.find(slice);
        if (known != null) {
            return known;
        }
        ClientRequest.Initialize read =
                Reads.checked(
                        Methods.INITIALIZE,
                        () -> {
                            JsonObject params = params(request);
                            return new ClientRequest.Initialize(
                                    params.requireString("protocolVersion"),
                                    CapabilitiesCodec.readClient(
                                            params.requireObject("capabilities")),
                                    ImplementationCodec.read(params.requireObject("clientInfo")));
                        });
        if (slice != null) {
            CLIENTS.keep(slice, read);
        }
        return read;
    }

    static ClientRequest.SetLevel setLevel(Envelope request) {
        LogLevel level =
                Reads.checked(
                        Methods.SET_LEVEL,
                        () -> LogLevels.read("level", params(request).requireString("level")));
        return new ClientRequest.SetLevel(level);
    }

    static ClientRequest.Listen listen(Envelope request) {
        return Reads.checked(
                Methods.LISTEN, () -> new ClientRequest.Listen(ListenCodec.read(params(request))));
    }

    /** A request about a task. */
    static @Nullable ClientRequest task(String method, Envelope request) {
        JsonSlice params = request.params();
        return task(
                method,
                params == null
                        ? JsonObject.EMPTY
                        : Reads.object("member 'params'", params.value()));
    }

    static @Nullable ClientRequest task(String method, JsonObject params) {
        return switch (method) {
            case Methods.GET_TASK -> new ClientRequest.GetTask(params.requireString(TASK_ID));
            case Methods.TASK_RESULT ->
                    new ClientRequest.GetTaskResult(params.requireString(TASK_ID));
            case Methods.CANCEL_TASK -> new ClientRequest.CancelTask(params.requireString(TASK_ID));
            case Methods.LIST_TASKS ->
                    new ClientRequest.ListTasks(params.string("cursor").orElse(null));
            case Methods.UPDATE_TASK ->
                    new ClientRequest.UpdateTask(
                            params.requireString(TASK_ID), params.requireObject("inputResponses"));
            default -> null;
        };
    }

    private static JsonObject params(Envelope request) {
        JsonSlice params = request.params();
        if (params == null) {
            throw new JsonException("member 'params': expected object, was absent");
        }
        return Reads.object("member 'params'", params.value());
    }

    private static McpException notText(String method, String member, JsonKind kind) {
        return McpException.invalidParams(
                method + ": member '" + member + "': expected string, was " + text(kind));
    }

    private static String text(JsonKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
