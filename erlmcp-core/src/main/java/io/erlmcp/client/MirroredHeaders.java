package io.erlmcp.client;

import io.erlmcp.feature.HeaderParams;
import io.erlmcp.feature.HeaderText;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.Era;
import io.erlmcp.wire.Wire;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The headers that repeat parts of a modern request for those on the way who do not read bodies.
 */
final class MirroredHeaders {
    private MirroredHeaders() {}

    static List<String> of(Wire wire, ClientRequest request, HeaderParams params) {
        if (wire.revision().era() == Era.LEGACY) {
            return List.of();
        }
        List<String> headers = new ArrayList<>();
        headers.add("MCP-Protocol-Version");
        headers.add(wire.revision().text());
        headers.add("Mcp-Method");
        headers.add(wire.method(request));
        String subject = subject(request);
        if (subject != null) {
            headers.add("Mcp-Name");
            headers.add(HeaderText.encode(subject));
        }
        if (request instanceof ClientRequest.CallTool call && !params.isEmpty()) {
            params.headers(call.arguments().object())
                    .forEach(
                            (name, value) -> {
                                headers.add(name);
                                headers.add(value);
                            });
        }
        return headers;
    }

    private static @Nullable String subject(ClientRequest request) {
        return switch (request) {
            case ClientRequest.CallTool call -> call.name();
            case ClientRequest.GetPrompt get -> get.name();
            case ClientRequest.ReadResource read -> read.uri();
            case ClientRequest.GetTask get -> get.taskId();
            case ClientRequest.UpdateTask update -> update.taskId();
            case ClientRequest.CancelTask cancel -> cancel.taskId();
            case ClientRequest.GetTaskResult g -> null;
            case ClientRequest.ListTasks l -> null;
            case ClientRequest.Initialize i -> null;
            case ClientRequest.Discover d -> null;
            case ClientRequest.Ping p -> null;
            case ClientRequest.ListTools l -> null;
            case ClientRequest.ListPrompts l -> null;
            case ClientRequest.ListResources l -> null;
            case ClientRequest.ListResourceTemplates l -> null;
            case ClientRequest.Complete c -> null;
            case ClientRequest.SetLevel s -> null;
            case ClientRequest.Subscribe s -> null;
            case ClientRequest.Unsubscribe u -> null;
            case ClientRequest.Listen l -> null;
        };
    }
}
