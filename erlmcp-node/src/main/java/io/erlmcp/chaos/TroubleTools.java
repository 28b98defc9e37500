/* tidy: sleep, because waiting is what two of the tools are for. */
package io.erlmcp.chaos;

import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.Feature;
import io.erlmcp.feature.ToolHandler;
import io.erlmcp.feature.ToolProvider;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.CallToolResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Tools that take memory, time and processors of their node. Only for nodes of experiments: a
 * configuration has to name this class.
 */
public final class TroubleTools implements ToolProvider {
    private static final int CHUNKS_IN_MEGABYTE = 256;

    /** With its header, so that the collector's regions can be filled to their end. */
    private static final int CHUNK_BYTES = (1 << 20) / CHUNKS_IN_MEGABYTE - 16;

    /** What a tool does must not look useless to the compiler. */
    private final AtomicLong spun = new AtomicLong();

    /** Guards {@link #kept}. */
    private final ReentrantLock lock = new ReentrantLock();

    private final List<byte[]> kept = new ArrayList<>();

    /** For the node. */
    public TroubleTools() {}

    @Override
    public List<Feature> features() {
        return List.of(
                tool("echo", "Answers", (arguments, call) -> CallToolResult.text("here")),
                tool("sleep", "Waits for so many ms", TroubleTools::sleep),
                tool("urgent", "Waits for so many ms", TroubleTools::sleep),
                tool("spin", "Never ends", this::spin),
                tool("hold", "Keeps so many mb", this::hold));
    }

    private static ToolSpec tool(String name, String description, ToolHandler handler) {
        return ToolSpec.of(name, handler)
                .description(description)
                .inputSchema(JsonObject.of("type", "object"));
    }

    private static CallToolResult sleep(JsonSlice arguments, CallContext call)
            throws InterruptedException {
        Thread.sleep(arguments.object().requireInteger("ms"));
        return CallToolResult.text("slept");
    }

    private CallToolResult spin(JsonSlice arguments, CallContext call) {
        while (spun.get() >= 0) {
            spun.set(spun.get() & 0xff);
        }
        return CallToolResult.text("never");
    }

    /** Answers how full the heap is after a collection, in per cent. */
    private CallToolResult hold(JsonSlice arguments, CallContext call) {
        int chunks = Math.toIntExact(arguments.object().requireInteger("mb")) * CHUNKS_IN_MEGABYTE;
        lock.lock();
        try {
            while (kept.size() > chunks) {
                kept.removeLast();
            }
            while (kept.size() < chunks) {
                kept.add(new byte[CHUNK_BYTES]);
            }
        } finally {
            lock.unlock();
        }
        System.gc();
        Runtime jvm = Runtime.getRuntime();
        double percent = 100.0 * (jvm.totalMemory() - jvm.freeMemory()) / jvm.maxMemory();
        return CallToolResult.text(Double.toString(percent));
    }
}
