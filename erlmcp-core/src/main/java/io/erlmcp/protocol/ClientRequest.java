package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request of a client with its params decoded; {@code arguments} are still JSON, bound by the
 * tool.
 */
public sealed interface ClientRequest {
    record Initialize(
            String requestedVersion, ClientCapabilities capabilities, Implementation clientInfo)
            implements ClientRequest {}

    record Discover() implements ClientRequest {}

    record Ping() implements ClientRequest {}

    record ListTools(@Nullable String cursor) implements ClientRequest {}

    record ListPrompts(@Nullable String cursor) implements ClientRequest {}

    record ListResources(@Nullable String cursor) implements ClientRequest {}

    record ListResourceTemplates(@Nullable String cursor) implements ClientRequest {}

    /**
     * @param task the wish of a legacy client that the call runs as a task; null for none
     */
    record CallTool(String name, JsonSlice arguments, @Nullable TaskWish task)
            implements ClientRequest {
        public CallTool(String name, JsonSlice arguments) {
            this(name, arguments, null);
        }
    }

    record GetPrompt(String name, Map<String, String> arguments) implements ClientRequest {
        public GetPrompt {
            arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
        }
    }

    record ReadResource(String uri) implements ClientRequest {}

    /** {@code context} holds the values of arguments that are already known. */
    record Complete(CompletionRef ref, String argument, String value, Map<String, String> context)
            implements ClientRequest {
        public Complete {
            context = Map.copyOf(context);
        }
    }

    record SetLevel(LogLevel level) implements ClientRequest {}

    record Subscribe(String uri) implements ClientRequest {}

    record Unsubscribe(String uri) implements ClientRequest {}

    record Listen(ListenFilter filter) implements ClientRequest {}

    record GetTask(String taskId) implements ClientRequest {}

    /** Legacy era: waits for the end of a task. */
    record GetTaskResult(String taskId) implements ClientRequest {}

    /** Legacy era. */
    record ListTasks(@Nullable String cursor) implements ClientRequest {}

    record CancelTask(String taskId) implements ClientRequest {}

    /** Modern era; the answers are still JSON, read with the questions at hand. */
    record UpdateTask(String taskId, JsonObject inputResponses) implements ClientRequest {}
}
