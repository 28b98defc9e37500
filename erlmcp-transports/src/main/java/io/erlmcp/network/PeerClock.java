package io.erlmcp.network;

import java.time.Duration;

/** The times that count on one connection, and what is due by them. Touched by its loop only. */
final class PeerClock {
    /** How long a peer may go on sending after our last words, so that it can read them. */
    private static final Duration LINGER = Duration.ofSeconds(2);

    /** A connection that was quiet for this long has nothing on its way. */
    private static final Duration QUIET = Duration.ofMillis(250);

    private long heardAt;
    private long pingedAt;
    private long closingSince;
    private long partialSince;
    private boolean partial;

    PeerClock(long nowNanos) {
        heardAt = nowNanos;
        pingedAt = nowNanos;
    }

    void heard(long nowNanos) {
        heardAt = nowNanos;
    }

    void pinged(long nowNanos) {
        pingedAt = nowNanos;
    }

    void closing(long nowNanos) {
        closingSince = nowNanos;
    }

    /** Part of a message is here since the first call with true, until the next with false. */
    void partial(boolean isPartial, long nowNanos) {
        if (isPartial && !partial) {
            partialSince = nowNanos;
        }
        partial = isPartial;
    }

    boolean hasLingered(long nowNanos) {
        return nowNanos - closingSince > LINGER.toNanos();
    }

    boolean isMessageLate(long nowNanos, PeerLimits limits) {
        return partial && nowNanos - partialSince > limits.message().toNanos();
    }

    boolean isQuiet(long nowNanos) {
        return nowNanos - heardAt > QUIET.toNanos();
    }

    boolean isSilent(long nowNanos, PeerLimits limits) {
        return nowNanos - heardAt > limits.idle().toNanos();
    }

    boolean isPingDue(long nowNanos, PeerLimits limits) {
        return nowNanos - Math.max(heardAt, pingedAt) > limits.ping().toNanos();
    }
}
