package io.erlmcp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSchema;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.CreateTaskResult;
import io.erlmcp.protocol.DetailedTask;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.protocol.Task;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.protocol.TaskWish;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SchemaOracle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tasks on the wire: the extension by its own schema, and both ways in both eras. */
@Requirement("proto.tasks")
class TaskWireTest {
    private static final Wire LEGACY = Wire.of(Revision.R2025_11_25);
    private static final Wire MODERN = Wire.of(Revision.R2026_07_28);
    private static final JsonObject EXTENSION = SchemaOracle.resource("ext-tasks/schema.json");
    private static final ClientRequest.CallTool CALL =
            new ClientRequest.CallTool("t", JsonSlice.EMPTY_OBJECT, new TaskWish(null));

    private static void assertValid(String type, JsonObject value) {
        String definitions = EXTENSION.has("$defs") ? "$defs" : "definitions";
        JsonObject schema =
                JsonObject.of(
                        "$ref",
                        "#/" + definitions + "/" + type,
                        definitions,
                        EXTENSION.requireObject(definitions));
        assertThat(JsonSchema.compile(schema).validate(value)).as(value.toJson()).isEmpty();
    }

    private static JsonObject result(Wire wire, io.erlmcp.protocol.ServerResult result) {
        return Messages.result(wire, result, ResultMeta.NONE).requireObject("result");
    }

    @Test
    void whatTheExtensionSendsIsWhatItsSchemaAllows() {
        assertValid("CreateTaskResult", result(MODERN, new CreateTaskResult(TaskSamples.FULL)));
        assertValid("CreateTaskResult", result(MODERN, new CreateTaskResult(TaskSamples.SMALL)));
        for (DetailedTask task : TaskSamples.detailed()) {
            assertValid("GetTaskResult", result(MODERN, task));
            ServerNotification changed = new ServerNotification.TaskChanged(task);
            assertValid("TaskStatusNotification", Messages.notification(MODERN, changed, null));
        }
    }

    @Test
    void aTaskIsReadAsItWasWritten() {
        for (Task task : new Task[] {TaskSamples.FULL, TaskSamples.SMALL}) {
            for (Wire wire : new Wire[] {LEGACY, MODERN}) {
                JsonObject created = result(wire, new CreateTaskResult(task));
                assertThat(wire.readResult(CALL, created)).isEqualTo(new CreateTaskResult(task));
            }
        }
        for (DetailedTask task : TaskSamples.detailed()) {
            ClientRequest get = new ClientRequest.GetTask("t-1");
            assertThat(MODERN.readResult(get, result(MODERN, task))).isEqualTo(task);
            assertThat(LEGACY.readResult(get, result(LEGACY, task)))
                    .isEqualTo(DetailedTask.of(task.task()));
            JsonObject params =
                    Messages.notification(MODERN, new ServerNotification.TaskChanged(task), null)
                            .requireObject("params");
            assertThat(MODERN.readNotification("notifications/tasks", params))
                    .isEqualTo(new ServerNotification.TaskChanged(task));
        }
    }

    @Test
    void aToolThatFailedIsCompletedForModernPeersAndFailedForLegacyOnes() {
        CallToolResult failure = CallToolResult.error("it broke");
        DetailedTask task =
                new DetailedTask(
                        TaskSamples.task(TaskStatus.TOOL_ERROR), java.util.Map.of(), failure, null);
        assertThat(result(MODERN, task).requireString("status")).isEqualTo("completed");
        assertThat(result(LEGACY, task).requireString("status")).isEqualTo("failed");
        assertThat(result(LEGACY, task).has("result")).isFalse();
    }

    @Test
    void aReceiverThatKnowsNoTasksAnswersAsUsual() {
        JsonObject plain = result(LEGACY, CallToolResult.text("done"));
        assertThat(LEGACY.readResult(CALL, plain)).isEqualTo(CallToolResult.text("done"));
    }

    @Test
    void theWishForATaskIsReadWhereTheRevisionHasIt() {
        String text = "{\"name\":\"t\",\"task\":{\"ttl\":300000}}";
        assertThat(wish(LEGACY, text)).isEqualTo(new TaskWish(Duration.ofMinutes(5)));
        assertThat(wish(LEGACY, "{\"name\":\"t\",\"task\":{}}")).isEqualTo(new TaskWish(null));
        assertThat(wish(LEGACY, "{\"name\":\"t\"}")).isNull();
        assertThat(wish(MODERN, text)).isNull();
        assertThat(wish(Wire.of(Revision.R2025_06_18), text)).isNull();
        assertThatThrownBy(() -> wish(LEGACY, "{\"name\":\"t\",\"task\":7}"))
                .isInstanceOf(McpException.class)
                .hasMessageContaining("task");
        assertThatThrownBy(() -> wish(LEGACY, "{\"name\":\"t\",\"task\":{\"ttl\":\"x\"}}"))
                .isInstanceOf(McpException.class)
                .hasMessageContaining("ttl");
    }

    private static @Nullable TaskWish wish(Wire wire, String params) {
        ClientRequest read =
                wire.readRequest("tools/call", Messages.envelope("tools/call", params));
        return read instanceof ClientRequest.CallTool call ? call.task() : null;
    }

    @Test
    void anUpdateCarriesItsAnswers() {
        ClientRequest update =
                new ClientRequest.UpdateTask(
                        "t-1", Json.parseObject("{\"n\":{\"action\":\"decline\"}}"));
        JsonObject message = Messages.request(MODERN, update, RequestMeta.NONE, null);
        assertValid("UpdateTaskRequest", message);
        assertThat(MODERN.readRequest("tasks/update", Messages.envelope(message)))
                .isEqualTo(update);
        assertThat(LEGACY.readRequest("tasks/update", Messages.envelope(message))).isNull();
    }

    @Test
    void olderRevisionsHaveNoTasks() {
        for (Revision revision : Revision.values()) {
            Wire wire = Wire.of(revision);
            boolean has = revision.isAtLeast(Revision.R2025_11_25);
            String params = "{\"taskId\":\"t\"}";
            assertThat(
                            wire.readRequest("tasks/get", Messages.envelope("tasks/get", params))
                                    != null)
                    .isEqualTo(has);
        }
    }
}
