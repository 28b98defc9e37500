package io.erlmcp.node;

import io.erlmcp.feature.Feature;
import io.erlmcp.feature.ToolProvider;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.TaskSupport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A provider for nodes under test: tools that wait, and one that prints where it must not.
 *
 * <p>tidy: sleep, console, because waiting and printing are what these tools are for.
 */
public final class TestTools implements ToolProvider {
    private static final JsonObject WAIT =
            JsonObject.of(
                    "type",
                    "object",
                    "properties",
                    JsonObject.of("ms", JsonObject.of("type", "integer")));

    /** For the node. */
    public TestTools() {
        System.out.println("a provider that prints");
    }

    @Override
    public List<Feature> features() {
        return List.of(
                ToolSpec.of(
                                "wait",
                                (arguments, call) -> {
                                    System.err.println("waiting");
                                    Thread.sleep(arguments.object().requireInteger("ms"));
                                    return CallToolResult.text("waited");
                                })
                        .inputSchema(WAIT),
                ToolSpec.of(
                                "until",
                                (arguments, call) -> {
                                    System.err.println("waiting");
                                    Path file = Path.of(arguments.object().requireString("file"));
                                    while (!Files.exists(file)) {
                                        Thread.sleep(10);
                                    }
                                    return CallToolResult.text("waited");
                                })
                        .taskSupport(TaskSupport.OPTIONAL),
                ToolSpec.of(
                        "print",
                        (arguments, call) -> {
                            System.out.println("a tool that prints");
                            System.out.flush();
                            int read = System.in.read();
                            return CallToolResult.text("printed, read " + read);
                        }));
    }
}
