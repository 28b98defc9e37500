package io.erlmcp.network;

import java.time.Duration;

/**
 * The network engine of one listener.
 *
 * @param preferNative use epoll where it exists, NIO elsewhere
 * @param eventLoops threads that move bytes
 * @param backlog connections that the kernel holds for us to accept
 * @param deadPeer after this long without a sign from a peer's kernel its connection is given up
 */
public record EngineConfig(boolean preferNative, int eventLoops, int backlog, Duration deadPeer) {
    private static final Duration USUAL_DEAD_PEER = Duration.ofMinutes(2);

    public EngineConfig {
        Bounds.atLeast("eventLoops", eventLoops, 1);
        Bounds.atLeast("backlog", backlog, 1);
        Bounds.atLeast("deadPeer in seconds", deadPeer.toSeconds(), KeepAlive.LEAST_SECONDS);
        Bounds.atMost("deadPeer in seconds", deadPeer.toSeconds(), KeepAlive.MOST_SECONDS);
    }

    /** With 2 minutes for a peer that is gone. */
    public EngineConfig(boolean preferNative, int eventLoops, int backlog) {
        this(preferNative, eventLoops, backlog, USUAL_DEAD_PEER);
    }

    /** Native where it can be, a loop for each processor, a backlog of 1,024, 2 minutes. */
    public static EngineConfig defaults() {
        return new EngineConfig(true, Runtime.getRuntime().availableProcessors(), 1024);
    }

    public EngineConfig withDeadPeer(Duration value) {
        return new EngineConfig(preferNative, eventLoops, backlog, value);
    }
}
