package io.erlmcp.conformance;

import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.ToolFailure;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.CallToolResult;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Writes down each run of a tool, with its time, into the file that {@value #VARIABLE} names, so
 * that tests count what ran and not what was answered. What is written outlives the process.
 */
final class ExecutionRecord {
    static final String VARIABLE = "FIXTURE_RECORD";

    private static final @Nullable String FILE = System.getenv(VARIABLE);

    private ExecutionRecord() {}

    static CallToolResult add(JsonSlice arguments, CallContext call) throws IOException {
        Instant now = Instant.now();
        String file = FILE;
        if (file == null) {
            throw new ToolFailure(VARIABLE + " names no file");
        }
        String text = arguments.object().requireString("text");
        // one write, so that lines of several calls never mix
        byte[] line = (now + " " + text + "\n").getBytes(StandardCharsets.UTF_8);
        Files.write(Path.of(file), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return CallToolResult.text(text);
    }
}
