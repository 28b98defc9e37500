package io.erlmcp.node;

import io.erlmcp.feature.Catalogs;
import io.erlmcp.feature.Feature;
import io.erlmcp.feature.RunningNode;
import io.erlmcp.feature.ToolFailure;
import io.erlmcp.feature.ToolProvider;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A provider for nodes under test: counts its calls over restarts, and pulls the andon cord. */
public final class KeepingTools implements ToolProvider {
    private static final JsonObject PULL =
            JsonObject.of(
                    "type",
                    "object",
                    "properties",
                    JsonObject.of("component", JsonObject.of("type", "string")));

    private final AtomicInteger calls = new AtomicInteger();
    private volatile @Nullable RunningNode node;
    private volatile boolean isStuck;

    /** For the node. */
    public KeepingTools() {}

    @Override
    public List<Feature> features() {
        return List.of(
                ToolSpec.of("count", (arguments, call) -> CallToolResult.text(count())),
                ToolSpec.of(
                        "level", (arguments, call) -> CallToolResult.text(node().level().name())),
                ToolSpec.of("stick", (arguments, call) -> stick()),
                ToolSpec.of(
                                "pull",
                                (arguments, call) ->
                                        pull(arguments.object().requireString("component")))
                        .inputSchema(PULL));
    }

    private RunningNode node() {
        return Objects.requireNonNull(node, "not started");
    }

    private String count() {
        return Integer.toString(calls.incrementAndGet());
    }

    private CallToolResult stick() {
        isStuck = true;
        return CallToolResult.text("will not stop");
    }

    private CallToolResult pull(String component) throws IOException {
        try {
            node().halt(component, "seen by the plug-in itself");
        } catch (IllegalArgumentException refused) {
            throw new ToolFailure(String.valueOf(refused.getMessage()));
        }
        return CallToolResult.text(node().haltOver(component).toString());
    }

    @Override
    public void started(Catalogs catalogs, RunningNode running) {
        node = running;
        try {
            calls.set(running.saved().map(Integer::parseInt).orElse(0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stopping() {
        if (isStuck) {
            waitForEver();
        }
        try {
            node().save(Integer.toString(calls.get()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void waitForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException leftBehind) {
            Thread.currentThread().interrupt();
        }
    }
}
