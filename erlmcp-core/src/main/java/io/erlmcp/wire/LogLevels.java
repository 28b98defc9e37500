package io.erlmcp.wire;

import io.erlmcp.json.JsonException;
import io.erlmcp.protocol.LogLevel;

/** Levels of log messages, as they are read. */
final class LogLevels {
    private LogLevels() {}

    static LogLevel read(String member, String text) {
        return LogLevel.of(text)
                .orElseThrow(
                        () ->
                                new JsonException(
                                        "member '"
                                                + member
                                                + "': unknown logging level '"
                                                + Reads.quote(text)
                                                + "'"));
    }
}
