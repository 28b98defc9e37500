package io.erlmcp.protocol;

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

    record CallTool(String name, JsonSlice arguments) implements ClientRequest {}

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
}
