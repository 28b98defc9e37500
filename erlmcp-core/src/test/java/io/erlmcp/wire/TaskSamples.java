package io.erlmcp.wire;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.DetailedTask;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.protocol.Task;
import io.erlmcp.protocol.TaskError;
import io.erlmcp.protocol.TaskResult;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.protocol.TaskWish;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The largest and the smallest of what is sent about tasks. */
final class TaskSamples {
    static final Task FULL = task(TaskStatus.WORKING);
    static final Task SMALL =
            new Task(
                    "t-2",
                    TaskStatus.CANCELLED,
                    null,
                    Instant.EPOCH,
                    Instant.EPOCH.plusMillis(1),
                    null,
                    null);

    private TaskSamples() {}

    static Task task(TaskStatus status) {
        return new Task(
                "t-1",
                status,
                "half done",
                Instant.parse("2026-07-28T10:00:00.125Z"),
                Instant.parse("2026-07-28T10:00:01Z"),
                Duration.ofHours(24),
                Duration.ofSeconds(1));
    }

    static List<ServerResult> results() {
        return List.of(
                DetailedTask.of(FULL),
                DetailedTask.of(SMALL),
                new TaskResult("t-1", CallToolResult.text("done")),
                new Page.Tasks(List.of(FULL, SMALL), "next"),
                new Page.Tasks(List.of(), null));
    }

    /** A task of each status, with what belongs to it. */
    static List<DetailedTask> detailed() {
        return List.of(
                DetailedTask.of(FULL),
                DetailedTask.of(SMALL),
                new DetailedTask(
                        task(TaskStatus.INPUT_REQUIRED),
                        Map.of("form", Parts.FORM, "model", Parts.SAMPLING),
                        null,
                        null),
                new DetailedTask(
                        task(TaskStatus.COMPLETED), Map.of(), CallToolResult.text("done"), null),
                new DetailedTask(
                        task(TaskStatus.FAILED),
                        Map.of(),
                        null,
                        new TaskError(-5, "no", JsonObject.of("why", "so"))));
    }

    static List<ClientRequest> requests() {
        JsonSlice none = JsonSlice.EMPTY_OBJECT;
        return List.of(
                new ClientRequest.CallTool("t", none, new TaskWish(Duration.ofMinutes(5))),
                new ClientRequest.CallTool("t", none, new TaskWish(null)),
                new ClientRequest.GetTask("t-1"),
                new ClientRequest.GetTaskResult("t-1"),
                new ClientRequest.CancelTask("t-1"),
                new ClientRequest.ListTasks(null),
                new ClientRequest.ListTasks("c"));
    }
}
