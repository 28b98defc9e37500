package io.erlmcp.resilience;

import io.erlmcp.observability.ComponentId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Why a call may not go on.
 *
 * @param kind halted is answered with -31002, overloaded with -31001
 * @param component what refuses
 * @param message for the peer: names the thing, the value and the limit, never a secret
 * @param since when this began, where that is known
 * @param retryAfter when to try again; null when nobody can say
 */
public record Refusal(
        Kind kind,
        ComponentId component,
        String message,
        @Nullable Instant since,
        @Nullable Duration retryAfter) {
    /** What the peer should make of it. */
    public enum Kind {
        /** An operator or the node stopped it; waiting does not help. */
        HALTED,
        /** There is too much to do; waiting helps. */
        OVERLOADED
    }
}
