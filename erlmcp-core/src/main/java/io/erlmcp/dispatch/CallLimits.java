package io.erlmcp.dispatch;

import java.time.Duration;

/**
 * Bounds on calls.
 *
 * @param maxRunning calls that run at the same time in the whole server
 * @param maxRunningPerCaller calls of one session, else of one principal or address, that run at
 *     the same time
 * @param maxRunningPerPrincipal calls of all sessions of one authenticated principal together
 * @param waiting bounds on calls that wait for one of these permits; more are refused with -31001
 * @param callTimeout deadline of a call whose tool names none; stops while a question is open
 * @param questionTimeout how long the client may take to answer
 */
public record CallLimits(
        int maxRunning,
        int maxRunningPerCaller,
        int maxRunningPerPrincipal,
        WaitingBounds waiting,
        Duration callTimeout,
        Duration questionTimeout) {
    public static final CallLimits DEFAULTS =
            new CallLimits(
                    10_000,
                    100,
                    1_000,
                    WaitingBounds.of(10_000),
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(5));

    public CallLimits {
        positive("maxRunning", maxRunning);
        positive("maxRunningPerCaller", maxRunningPerCaller);
        positive("maxRunningPerPrincipal", maxRunningPerPrincipal);
        if (!callTimeout.isPositive() || !questionTimeout.isPositive()) {
            throw new IllegalArgumentException(
                    "time-outs must be positive: " + callTimeout + ", " + questionTimeout);
        }
    }

    /** Limits with the usual steps between none and {@code maxWaiting} calls that wait. */
    public CallLimits(
            int maxRunning,
            int maxRunningPerCaller,
            int maxWaiting,
            Duration callTimeout,
            Duration questionTimeout) {
        this(
                maxRunning,
                maxRunningPerCaller,
                maxRunning,
                WaitingBounds.of(maxWaiting),
                callTimeout,
                questionTimeout);
    }

    /** Calls that wait at the same time. */
    public int maxWaiting() {
        return waiting.max();
    }

    private static void positive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1: " + value);
        }
    }
}
