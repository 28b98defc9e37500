package io.erlmcp.network;

import io.netty.util.internal.PlatformDependent;

/** What the network engine holds outside of the heap. */
public final class EngineMemory {
    private EngineMemory() {}

    /** Bytes in use; 0 where the engine does not count them. */
    public static long usedBytes() {
        return Math.max(0, PlatformDependent.usedDirectMemory());
    }

    /** The most that it takes. */
    public static long limitBytes() {
        return PlatformDependent.maxDirectMemory();
    }
}
