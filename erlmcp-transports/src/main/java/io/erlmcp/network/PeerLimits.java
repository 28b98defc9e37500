package io.erlmcp.network;

import java.time.Duration;

/**
 * What one connection that carries messages both ways may hold, and how long its peer may take.
 *
 * @param backpressureBytes when more than this waits behind the message that is being written, the
 *     connection reads no more and producers wait
 * @param maxUnsentBytes a connection on which more than this waits behind the next message when one
 *     more comes is cut
 * @param message from the first byte of a message to its last
 * @param idle without a byte from the peer while nothing is under way
 * @param write without reading at least 1 KiB a second of what waits for it
 * @param ping silence before a ping is sent, where the framing has one
 */
public record PeerLimits(
        int backpressureBytes,
        int maxUnsentBytes,
        Duration message,
        Duration idle,
        Duration write,
        Duration ping) {
    public PeerLimits {
        if (backpressureBytes < 1 || maxUnsentBytes < backpressureBytes) {
            throw new IllegalArgumentException(
                    "backpressureBytes is "
                            + backpressureBytes
                            + ", must be at least 1 and at most maxUnsentBytes, "
                            + maxUnsentBytes);
        }
        Bounds.positive("message", message);
        Bounds.positive("idle", idle);
        Bounds.positive("write", write);
        Bounds.positive("ping", ping);
    }

    /** 100 KiB, 4 MiB, 25 s, 5 min, 20 s, 30 s. */
    public static PeerLimits defaults() {
        return new PeerLimits(
                100 << 10,
                4 << 20,
                Duration.ofSeconds(25),
                Duration.ofMinutes(5),
                Duration.ofSeconds(20),
                Duration.ofSeconds(30));
    }

    public PeerLimits withBuffers(int backpressure, int most) {
        return new PeerLimits(backpressure, most, message, idle, write, ping);
    }

    public PeerLimits withMessage(Duration value) {
        return new PeerLimits(backpressureBytes, maxUnsentBytes, value, idle, write, ping);
    }

    public PeerLimits withIdle(Duration value) {
        return new PeerLimits(backpressureBytes, maxUnsentBytes, message, value, write, ping);
    }

    public PeerLimits withWrite(Duration value) {
        return new PeerLimits(backpressureBytes, maxUnsentBytes, message, idle, value, ping);
    }

    public PeerLimits withPing(Duration value) {
        return new PeerLimits(backpressureBytes, maxUnsentBytes, message, idle, write, value);
    }
}
