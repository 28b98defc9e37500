package io.erlmcp.network;

/**
 * The network engine of one listener.
 *
 * @param preferNative use epoll where it exists, NIO elsewhere
 * @param eventLoops threads that move bytes
 * @param backlog connections that the kernel holds for us to accept
 */
public record EngineConfig(boolean preferNative, int eventLoops, int backlog) {
    public EngineConfig {
        Bounds.atLeast("eventLoops", eventLoops, 1);
        Bounds.atLeast("backlog", backlog, 1);
    }

    /** Native where it can be, a loop for each processor, a backlog of 1,024. */
    public static EngineConfig defaults() {
        return new EngineConfig(true, Runtime.getRuntime().availableProcessors(), 1024);
    }
}
