package io.erlmcp.dispatch;

import io.erlmcp.protocol.McpException;
import io.erlmcp.task.TaskStore;
import io.erlmcp.task.TaskView;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;

/** Where the next page of a list of tasks begins, opaque to clients. */
final class TaskCursor {
    private static final int MAX_LENGTH = 200;

    private TaskCursor() {}

    static String write(TaskView last) {
        String text = "tasks:" + last.task().created().toEpochMilli() + ':' + last.task().id();
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * @throws McpException -32602 when it is none of ours
     */
    static TaskStore.Place read(String cursor) {
        if (cursor.length() > MAX_LENGTH) {
            throw invalid(cursor);
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            String[] parts = text.split(":", 3);
            if (parts.length != 3 || !parts[0].equals("tasks")) {
                throw invalid(cursor);
            }
            return new TaskStore.Place(Instant.ofEpochMilli(Long.parseLong(parts[1])), parts[2]);
        } catch (IllegalArgumentException | DateTimeException e) {
            throw invalid(cursor);
        }
    }

    private static McpException invalid(String cursor) {
        String shown = cursor.length() <= 64 ? cursor : cursor.substring(0, 64) + "...";
        return McpException.invalidParams("Invalid cursor: \"" + shown + '"');
    }
}
