package io.erlmcp.task;

import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.Task;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A task at one moment.
 *
 * @param questions what it waits for
 * @param version grows with every change of a task that runs
 */
public record TaskView(
        TaskRecord task, Map<String, InputRequest> questions, long version, Duration pollInterval) {
    public TaskView {
        questions = Collections.unmodifiableMap(new LinkedHashMap<>(questions));
    }

    /** What peers are told. */
    public Task toTask() {
        return new Task(
                task.id(),
                task.status(),
                task.statusMessage(),
                task.created(),
                task.updated(),
                task.ttl(),
                pollInterval);
    }
}
