package io.erlmcp.store;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.TaskError;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.security.Principal;
import io.erlmcp.task.TaskRecord;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A task as bytes. A new field means a new version, which reads the old ones; a version that is not
 * known is refused.
 */
final class TaskRecordCodec {
    static final int VERSION = 1;

    private TaskRecordCodec() {}

    static byte[] write(TaskRecord task) {
        BinaryWriter out = new BinaryWriter(VERSION);
        out.text(task.id()).text(task.owner());
        out.text(task.principal().name()).texts(task.principal().scopes());
        out.text(task.name()).text(task.status().name()).optionalText(task.statusMessage());
        write(task.created(), out);
        write(task.updated(), out);
        out.number(task.ttl().toMillis());
        JsonSlice result = task.result();
        out.flag(result != null);
        if (result != null) {
            out.bytes(result.toByteArray());
        }
        TaskError error = task.error();
        out.flag(error != null);
        if (error != null) {
            JsonValue data = error.data();
            out.number(error.code()).text(error.message());
            out.optionalText(data == null ? null : data.toJson());
        }
        return out.finish();
    }

    /**
     * @throws BinaryReader.Damaged when these are not the bytes of a task
     */
    static TaskRecord read(byte[] bytes) {
        BinaryReader in = new BinaryReader("a task", bytes, VERSION);
        try {
            return read(in);
        } catch (RuntimeException e) {
            throw new BinaryReader.Damaged("a task cannot be read: " + e);
        }
    }

    private static TaskRecord read(BinaryReader in) {
        return new TaskRecord(
                in.text(),
                in.text(),
                new Principal(in.text(), in.texts()),
                in.text(),
                TaskStatus.valueOf(in.text()),
                in.optionalText(),
                instant(in),
                instant(in),
                Duration.ofMillis(in.number()),
                in.flag() ? JsonSlice.of(in.bytes()) : null,
                in.flag() ? error(in) : null);
    }

    private static TaskError error(BinaryReader in) {
        int code = (int) in.number();
        String message = in.text();
        String data = in.optionalText();
        return new TaskError(code, message, parsed(data));
    }

    private static @Nullable JsonValue parsed(@Nullable String json) {
        return json == null ? null : Json.parse(json);
    }

    private static void write(Instant instant, BinaryWriter out) {
        out.number(instant.getEpochSecond()).number(instant.getNano());
    }

    private static Instant instant(BinaryReader in) {
        return Instant.ofEpochSecond(in.number(), in.number());
    }
}
