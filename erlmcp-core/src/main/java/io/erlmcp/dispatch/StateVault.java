package io.erlmcp.dispatch;

import io.erlmcp.runtime.Time;
import io.erlmcp.security.SealedStates;
import io.erlmcp.security.UsedOnce;
import java.time.Duration;

/**
 * What is needed to hand out {@code requestState} and take it back: keys, the table of used states,
 * the clock.
 *
 * @param lifetime how long a client may take to answer
 */
public record StateVault(SealedStates seals, UsedOnce used, Time time, Duration lifetime) {
    /** Bound on states that are remembered as used; older ones have expired. */
    public static final int MAX_USED = 100_000;

    public static StateVault of(SealedStates seals, Time time, Duration lifetime) {
        return new StateVault(seals, new UsedOnce(MAX_USED, time), time, lifetime);
    }
}
