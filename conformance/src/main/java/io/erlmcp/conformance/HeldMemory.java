package io.erlmcp.conformance;

import io.erlmcp.feature.CallContext;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.CallToolResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** Keeps as much of the heap as it is told, so that tests can bring a node to its limits. */
final class HeldMemory {
    static final JsonObject SCHEMA =
            Json.parseObject(
                    """
                    {
                      "type": "object",
                      "properties": {"mb": {"type": "integer", "minimum": 0, "maximum": 65536}},
                      "required": ["mb"]
                    }
                    """);

    private static final int CHUNK_BYTES = 64 << 10;
    private static final int CHUNKS_IN_MEGABYTE = (1 << 20) / CHUNK_BYTES;

    /** Guards {@link #KEPT}. */
    private static final ReentrantLock LOCK = new ReentrantLock();

    private static final List<byte[]> KEPT = new ArrayList<>();

    private HeldMemory() {}

    /** Answers how full the heap is after a collection. */
    static CallToolResult hold(JsonSlice arguments, CallContext call) {
        int chunks = Math.toIntExact(arguments.object().requireInteger("mb")) * CHUNKS_IN_MEGABYTE;
        LOCK.lock();
        try {
            while (KEPT.size() > chunks) {
                KEPT.removeLast();
            }
            while (KEPT.size() < chunks) {
                KEPT.add(new byte[CHUNK_BYTES]);
            }
        } finally {
            LOCK.unlock();
        }
        System.gc();
        Runtime jvm = Runtime.getRuntime();
        double percent = 100.0 * (jvm.totalMemory() - jvm.freeMemory()) / jvm.maxMemory();
        return CallToolResult.text(
                JsonObject.of("mb", chunks / CHUNKS_IN_MEGABYTE, "percent", percent).toJson());
    }
}
