package io.erlmcp.wire;

import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonNull;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.ProgressToken;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerNotification;
import org.jspecify.annotations.Nullable;

/** Notifications of a server. */
final class NotificationCodec {
    private NotificationCodec() {}

    static boolean knows(ServerNotification notification, Dialect dialect) {
        return switch (notification) {
            case ServerNotification.ElicitationComplete it ->
                    dialect.revision() == Revision.R2025_11_25;
            case ServerNotification.SubscriptionsAcknowledged it -> dialect.isModern();
            case ServerNotification.TaskChanged it -> dialect.isModern() || dialect.coreTasks();
            case ServerNotification.Progress it -> true;
            case ServerNotification.Log it -> true;
            case ServerNotification.ToolListChanged it -> true;
            case ServerNotification.PromptListChanged it -> true;
            case ServerNotification.ResourceListChanged it -> true;
            case ServerNotification.ResourceUpdated it -> true;
        };
    }

    static void write(
            ServerNotification notification, JsonObject meta, Dialect dialect, JsonWriter out) {
        if (!knows(notification, dialect)) {
            throw new IllegalArgumentException(
                    "protocol "
                            + dialect.revision()
                            + " has no "
                            + Methods.of(notification, dialect));
        }
        out.beginObject();
        switch (notification) {
            case ServerNotification.Progress progress -> progress(progress, dialect, out);
            case ServerNotification.Log log -> {
                out.field("level", log.level().text());
                Writes.text(out, "logger", log.logger());
                out.field("data", log.data());
            }
            case ServerNotification.ResourceUpdated updated -> out.field("uri", updated.uri());
            case ServerNotification.ElicitationComplete complete ->
                    out.field("elicitationId", complete.elicitationId());
            case ServerNotification.SubscriptionsAcknowledged acknowledged ->
                    ListenCodec.member(acknowledged.filter(), out);
            case ServerNotification.TaskChanged changed ->
                    TaskCodec.members(changed.task(), dialect, out);
            case ServerNotification.ToolListChanged it -> {}
            case ServerNotification.PromptListChanged it -> {}
            case ServerNotification.ResourceListChanged it -> {}
        }
        // last, so that all before it is the same for every stream
        Writes.meta(out, meta);
        out.endObject();
    }

    private static void progress(
            ServerNotification.Progress progress, Dialect dialect, JsonWriter out) {
        out.field("progressToken", progress.token().value()).field("progress", progress.progress());
        Writes.number(out, "total", progress.total());
        if (dialect.progressMessage()) {
            Writes.text(out, "message", progress.message());
        }
    }

    static @Nullable ServerNotification read(String method, JsonObject params, Dialect dialect) {
        ServerNotification read =
                switch (method) {
                    case Methods.PROGRESS -> Reads.checked(method, () -> readProgress(params));
                    case Methods.LOG -> Reads.checked(method, () -> readLog(params));
                    case Methods.TOOLS_CHANGED -> new ServerNotification.ToolListChanged();
                    case Methods.PROMPTS_CHANGED -> new ServerNotification.PromptListChanged();
                    case Methods.RESOURCES_CHANGED -> new ServerNotification.ResourceListChanged();
                    case Methods.RESOURCE_UPDATED ->
                            Reads.checked(
                                    method,
                                    () ->
                                            new ServerNotification.ResourceUpdated(
                                                    params.requireString("uri")));
                    case Methods.ELICITATION_COMPLETE ->
                            Reads.checked(
                                    method,
                                    () ->
                                            new ServerNotification.ElicitationComplete(
                                                    params.requireString("elicitationId")));
                    case Methods.ACKNOWLEDGED ->
                            Reads.checked(
                                    method,
                                    () ->
                                            new ServerNotification.SubscriptionsAcknowledged(
                                                    ListenCodec.read(params)));
                    case Methods.TASKS, Methods.TASK_STATUS ->
                            method.equals(dialect.isModern() ? Methods.TASKS : Methods.TASK_STATUS)
                                    ? Reads.checked(method, () -> readTask(params, dialect))
                                    : null;
                    default -> null;
                };
        return read != null && knows(read, dialect) ? read : null;
    }

    private static ServerNotification.TaskChanged readTask(JsonObject params, Dialect dialect) {
        return new ServerNotification.TaskChanged(TaskCodec.readDetailed(params, dialect));
    }

    private static ServerNotification.Progress readProgress(JsonObject params) {
        ProgressToken token = RequestMetaCodec.progressToken(params);
        if (token == null) {
            throw new JsonException(
                    "member 'progressToken': expected string or integer, was absent");
        }
        return new ServerNotification.Progress(
                token,
                params.requireNumber("progress"),
                params.number("total").orElse(null),
                params.string("message").orElse(null));
    }

    private static ServerNotification.Log readLog(JsonObject params) {
        JsonValue data = params.get("data");
        return new ServerNotification.Log(
                LogLevels.read("level", params.requireString("level")),
                params.string("logger").orElse(null),
                data == null ? JsonNull.NULL : data);
    }

    /** Which listen stream a notification came for. */
    static @Nullable JsonValue subscriptionId(JsonObject params) {
        return params.get("_meta") instanceof JsonObject meta
                ? meta.get(MetaKeys.SUBSCRIPTION_ID)
                : null;
    }
}
