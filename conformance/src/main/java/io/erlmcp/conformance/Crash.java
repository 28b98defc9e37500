package io.erlmcp.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** Ways in which user code goes wrong. */
final class Crash {
    /** What is done here must not look useless to the compiler. */
    private static final AtomicLong SINK = new AtomicLong();

    private Crash() {}

    /** Does not come back, except by throwing. */
    static void now(String kind) {
        switch (kind) {
            case "exception" -> throw new IllegalStateException("the tool was told to fail");
            case "stack" -> SINK.set(deeper(1));
            case "loop" -> loop();
            case "oom" -> allocate();
            case "deadlock" -> new Semaphore(0).acquireUninterruptibly();
            default -> throw new IllegalArgumentException("no such kind: " + kind);
        }
    }

    private static long deeper(long depth) {
        return depth == Long.MAX_VALUE ? 0 : depth + deeper(depth + 1) + 1;
    }

    private static void loop() {
        while (SINK.get() >= 0) {
            SINK.set(SINK.get() & 0xff);
        }
    }

    private static void allocate() {
        List<long[]> kept = new ArrayList<>();
        while (SINK.get() >= 0) {
            kept.add(new long[1 << 17]);
            SINK.set(kept.size());
        }
    }
}
