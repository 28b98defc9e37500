package io.erlmcp.conformance;

import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.Feature;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.LogLevel;
import java.time.Duration;
import java.util.List;

/**
 * Tools that send something before they answer.
 *
 * <p>tidy: sleep, because the suite asks for pauses between messages.
 */
final class StreamTools {
    private static final int PAUSE_MILLIS = 50;

    private StreamTools() {}

    static List<Feature> all() {
        return List.of(
                ToolSpec.of("test_tool_with_progress", (arguments, call) -> progress(call))
                        .description("Reports progress in three steps"),
                ToolSpec.of("test_tool_with_logging", (arguments, call) -> log(call))
                        .description("Logs three lines"),
                ToolSpec.of("test_logging_tool", (arguments, call) -> log(call))
                        .description("Logs three lines to whoever asked for them"),
                ToolSpec.of("test_reconnection", (arguments, call) -> reconnect(call))
                        .description(
                                "Lets go of the connection and answers to whoever comes back"));
    }

    private static CallToolResult progress(CallContext call) throws InterruptedException {
        for (int done = 0; done <= 100; done += 50) {
            call.progress(done, 100.0, done + " of 100");
            Thread.sleep(PAUSE_MILLIS);
        }
        return CallToolResult.text("Progress was reported");
    }

    private static CallToolResult log(CallContext call) throws InterruptedException {
        call.log(LogLevel.INFO, "Tool execution started");
        Thread.sleep(PAUSE_MILLIS);
        call.log(LogLevel.INFO, "Tool processing data");
        Thread.sleep(PAUSE_MILLIS);
        call.log(LogLevel.INFO, "Tool execution completed");
        return CallToolResult.text("Three lines were logged");
    }

    private static CallToolResult reconnect(CallContext call) throws InterruptedException {
        call.releaseConnection(Duration.ofMillis(500));
        Thread.sleep(2 * PAUSE_MILLIS);
        return CallToolResult.text("Reconnection test completed successfully");
    }
}
