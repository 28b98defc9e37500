package io.erlmcp.wire;

import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonNull;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.DetailedTask;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.Task;
import io.erlmcp.protocol.TaskError;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.protocol.TaskWish;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tasks: {@code ttl} and {@code pollInterval} alone in 2025-11-25, {@code ttlMs} and {@code
 * pollIntervalMs} with questions, result and error in the extension of the modern era.
 */
final class TaskCodec {
    private TaskCodec() {}

    /** The members of a task. */
    static void members(Task task, Dialect dialect, JsonWriter out) {
        out.field("taskId", task.id()).field("status", text(task.status(), dialect));
        Writes.text(out, "statusMessage", task.statusMessage());
        out.field("createdAt", task.createdAt().toString());
        out.field("lastUpdatedAt", task.lastUpdatedAt().toString());
        Duration ttl = task.ttl();
        out.name(dialect.isModern() ? "ttlMs" : "ttl");
        if (ttl == null) {
            out.nullValue();
        } else {
            out.number(ttl.toMillis());
        }
        Duration poll = task.pollInterval();
        if (poll != null) {
            out.field(dialect.isModern() ? "pollIntervalMs" : "pollInterval", poll.toMillis());
        }
    }

    private static String text(TaskStatus status, Dialect dialect) {
        return switch (status) {
            case WORKING -> "working";
            case INPUT_REQUIRED -> "input_required";
            case COMPLETED -> "completed";
            case TOOL_ERROR -> dialect.isModern() ? "completed" : "failed";
            case FAILED -> "failed";
            case CANCELLED -> "cancelled";
        };
    }

    /** The members of a task and, in the modern era, of what belongs to its status. */
    static void members(DetailedTask detailed, Dialect dialect, JsonWriter out) {
        members(detailed.task(), dialect, out);
        if (!dialect.isModern()) {
            return;
        }
        if (detailed.task().status() == TaskStatus.INPUT_REQUIRED) {
            InputCodec.writeAll(detailed.inputRequests(), dialect, out);
        }
        CallToolResult result = detailed.result();
        if (result != null) {
            out.name("result");
            ResultWriter.write(result, ResultMeta.NONE, dialect, out);
        }
        TaskError error = detailed.error();
        if (error != null) {
            out.name("error").beginObject();
            out.field("code", error.code()).field("message", error.message());
            JsonValue data = error.data();
            if (data != null) {
                out.field("data", data);
            }
            out.endObject();
        }
    }

    static Task read(JsonObject from, Dialect dialect) {
        boolean modern = dialect.isModern();
        return new Task(
                from.requireString("taskId"),
                status(from.requireString("status")),
                from.string("statusMessage").orElse(null),
                instant(from, "createdAt"),
                instant(from, "lastUpdatedAt"),
                millis(from, modern ? "ttlMs" : "ttl"),
                millis(from, modern ? "pollIntervalMs" : "pollInterval"));
    }

    private static TaskStatus status(String text) {
        return switch (text) {
            case "working" -> TaskStatus.WORKING;
            case "input_required" -> TaskStatus.INPUT_REQUIRED;
            case "completed" -> TaskStatus.COMPLETED;
            case "failed" -> TaskStatus.FAILED;
            case "cancelled" -> TaskStatus.CANCELLED;
            default ->
                    throw new JsonException(
                            "member 'status': unknown status '" + Reads.quote(text) + "'");
        };
    }

    private static Instant instant(JsonObject from, String name) {
        String text = from.requireString(name);
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new JsonException(
                    "member '" + name + "': expected a time, was '" + Reads.quote(text) + "'");
        }
    }

    /** Some peers write fractions of milliseconds, which nobody needs. */
    private static @Nullable Duration millis(JsonObject from, String name) {
        return switch (from.get(name)) {
            case null -> null;
            case JsonNull none -> null;
            case JsonNumber number -> Duration.ofMillis((long) Math.max(0, number.doubleValue()));
            case JsonValue other ->
                    throw new JsonException(
                            "member '" + name + "': expected number, was " + other.typeName());
        };
    }

    static DetailedTask readDetailed(JsonObject from, Dialect dialect) {
        Task task = read(from, dialect);
        if (!dialect.isModern()) {
            return DetailedTask.of(task);
        }
        Map<String, InputRequest> questions = new LinkedHashMap<>();
        if (task.status() == TaskStatus.INPUT_REQUIRED) {
            questions.putAll(InputCodec.readAll(from, dialect));
        }
        return new DetailedTask(
                task,
                questions,
                from.object("result").map(ResultReader::callTool).orElse(null),
                from.object("error").map(TaskCodec::error).orElse(null));
    }

    private static TaskError error(JsonObject from) {
        return new TaskError(
                Reads.integer(from, "code", from.requireInteger("code")),
                from.string("message").orElse(""),
                from.get("data"));
    }

    /** The wish of a legacy peer that its request runs as a task. */
    static @Nullable TaskWish wish(@Nullable JsonValue task) {
        return switch (task) {
            case null -> null;
            case JsonNull none -> null;
            case JsonValue value ->
                    new TaskWish(millis(Reads.object("member 'task'", value), "ttl"));
        };
    }

    static void write(TaskWish wish, JsonWriter out) {
        out.name("task").beginObject();
        Duration ttl = wish.ttl();
        if (ttl != null) {
            out.field("ttl", ttl.toMillis());
        }
        out.endObject();
    }
}
