package io.erlmcp.conformance;

import io.erlmcp.feature.CallContext;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Takes what a node has little of and never gives it back, so that those who look for leaks can be
 * seen to find one.
 *
 * <p>Process model: the threads that it keeps end with the process.
 */
final class KeptThings {
    static final JsonObject SCHEMA =
            Json.parseObject(
                    """
                    {
                      "type": "object",
                      "properties": {
                        "kind": {"type": "string", "enum": ["heap", "threads", "files", "native"]},
                        "n": {"type": "integer", "minimum": 1, "maximum": 1000}
                      },
                      "required": ["kind", "n"]
                    }
                    """);

    private static final int MEGABYTE = 1 << 20;
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    /** Guards {@link #KEPT}. */
    private static final ReentrantLock LOCK = new ReentrantLock();

    private static final List<Object> KEPT = new ArrayList<>();

    private KeptThings() {}

    /** Keeps {@code n} megabytes, threads or files more. */
    static CallToolResult keep(JsonSlice arguments, CallContext call) throws IOException {
        JsonObject given = arguments.object();
        String kind = given.requireString("kind");
        long count = given.requireInteger("n");
        LOCK.lock();
        try {
            for (long i = 0; i < count; i++) {
                KEPT.add(one(kind));
            }
            return CallToolResult.text("kept " + KEPT.size());
        } finally {
            LOCK.unlock();
        }
    }

    private static Object one(String kind) throws IOException {
        return switch (kind) {
            case "heap" -> new byte[MEGABYTE];
            case "threads" -> Threads.startPlatform("kept", KeptThings::stay);
            case "files" -> file();
            case "native" -> touched();
            default -> throw new IllegalArgumentException("no such kind: " + kind);
        };
    }

    private static InputStream file() throws IOException {
        return Files.newInputStream(Path.of("/dev/null"));
    }

    private static ByteBuffer touched() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(MEGABYTE);
        while (buffer.hasRemaining()) {
            buffer.put((byte) 1);
        }
        return buffer;
    }

    private static void stay() {
        try {
            NEVER.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
