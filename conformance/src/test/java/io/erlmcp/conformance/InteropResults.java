package io.erlmcp.conformance;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Writes down which operations a foreign peer passed, in the shape that {@code interop/docs.mjs}
 * reads. Operations are named by the tests' display names.
 */
final class InteropResults implements AfterTestExecutionCallback, AfterAllCallback {
    private static final Path FOLDER =
            Path.of(System.getProperty("build.folder", "target"), "interop");

    private final String title;
    private final String peer;
    private final Map<String, JsonObject> operations = new TreeMap<>();

    InteropResults(String title, String peer) {
        this.title = title;
        this.peer = peer;
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        boolean ok = context.getExecutionException().isEmpty();
        operations.put(context.getDisplayName(), JsonObject.of("ok", ok));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Path file = FOLDER.resolve(title.toLowerCase().replaceAll("[^a-z0-9]+", "-") + ".json");
        try {
            Files.createDirectories(FOLDER);
            JsonObject before =
                    Files.exists(file)
                            ? Json.parseObject(Files.readAllBytes(file))
                            : JsonObject.EMPTY;
            JsonObject peers =
                    before.object("peers").orElse(JsonObject.EMPTY).with(peer, operations);
            Files.writeString(file, JsonObject.of("title", title, "peers", peers).toJson());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
