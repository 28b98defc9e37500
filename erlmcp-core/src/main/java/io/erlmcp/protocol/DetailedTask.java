package io.erlmcp.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A task with what belongs to its status: open questions, result, or error. Legacy peers are told
 * the task alone, and ask for the rest.
 */
public record DetailedTask(
        Task task,
        Map<String, InputRequest> inputRequests,
        @Nullable CallToolResult result,
        @Nullable TaskError error)
        implements ServerResult {
    public DetailedTask {
        inputRequests = Collections.unmodifiableMap(new LinkedHashMap<>(inputRequests));
    }

    public static DetailedTask of(Task task) {
        return new DetailedTask(task, Map.of(), null, null);
    }
}
