package io.erlmcp.wire;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.protocol.Task;
import io.erlmcp.protocol.TaskWish;
import org.jspecify.annotations.Nullable;

/** What both eras read and write alike, each in the words of its dialect. */
abstract sealed class DialectWire implements Wire permits LegacyWire, ModernWire {
    final Dialect dialect;

    DialectWire(Dialect dialect) {
        this.dialect = dialect;
    }

    @Override
    public final Revision revision() {
        return dialect.revision();
    }

    @Override
    public final InputResponse readInputResponse(InputRequest question, JsonValue answer) {
        return InputCodec.readAnswer(question, answer);
    }

    @Override
    public final @Nullable Task readCreatedTask(JsonValue answer) {
        return dialect.coreTasks() && answer instanceof JsonObject object && object.has("task")
                ? Reads.checked("task", () -> TaskCodec.read(object.requireObject("task"), dialect))
                : null;
    }

    @Override
    public final void writeResult(ServerResult result, ResultMeta meta, JsonWriter out) {
        ResultWriter.write(result, meta, dialect, out);
    }

    @Override
    public final boolean knows(ServerNotification notification) {
        return NotificationCodec.knows(notification, dialect);
    }

    @Override
    public final String method(ServerNotification notification) {
        return Methods.of(notification, dialect);
    }

    @Override
    public final void writeNotificationParams(
            ServerNotification notification, @Nullable JsonValue subscriptionId, JsonWriter out) {
        JsonObject meta =
                subscriptionId == null || !dialect.isModern()
                        ? JsonObject.EMPTY
                        : JsonObject.of(MetaKeys.SUBSCRIPTION_ID, subscriptionId);
        NotificationCodec.write(notification, meta, dialect, out);
    }

    @Override
    public final void writeTaskNotificationParams(
            ServerNotification notification, String taskId, JsonWriter out) {
        JsonObject meta =
                dialect.coreTasks()
                        ? JsonObject.of(MetaKeys.RELATED_TASK, JsonObject.of("taskId", taskId))
                        : JsonObject.EMPTY;
        NotificationCodec.write(notification, meta, dialect, out);
    }

    @Override
    public final boolean knows(InputRequest question) {
        return InputCodec.knows(question, dialect);
    }

    @Override
    public final boolean mayBeTask(InputRequest question, ClientCapabilities client) {
        return dialect.coreTasks() && CapabilitiesCodec.takesTasks(client, Methods.of(question));
    }

    @Override
    public final String method(InputRequest question) {
        return Methods.of(question);
    }

    @Override
    public final void writeInputRequestParams(
            InputRequest question, QuestionFrame frame, JsonWriter out) {
        if (frame.equals(QuestionFrame.NONE) || !dialect.coreTasks()) {
            InputCodec.writeParams(question, dialect, out);
        } else {
            InputCodec.writeFramed(question, frame, dialect, out);
        }
    }

    @Override
    public final @Nullable TaskWish readTaskWish(JsonObject params) {
        return dialect.coreTasks()
                ? Reads.checked("task", () -> TaskCodec.wish(params.get("task")))
                : null;
    }

    @Override
    public final @Nullable ClientRequest readTaskRequest(String method, JsonObject params) {
        return dialect.coreTasks()
                ? Reads.checked(method, () -> RequestReader.task(method, params))
                : null;
    }

    @Override
    public final String method(ClientRequest request) {
        return Methods.of(request);
    }

    @Override
    public final @Nullable ServerNotification readNotification(String method, JsonObject params) {
        return NotificationCodec.read(method, params, dialect);
    }

    @Override
    public final InputRequest readInputRequest(String method, JsonObject params) {
        return InputCodec.read(method, params, dialect);
    }

    @Override
    public final void writeInputResponse(InputResponse response, JsonWriter out) {
        InputCodec.write(response, dialect, out);
    }
}
