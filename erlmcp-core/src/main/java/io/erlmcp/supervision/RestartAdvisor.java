package io.erlmcp.supervision;

import java.time.Duration;

/**
 * The one function that is asked before a child is started again. Quick, without side effects, and
 * it never blocks. Whatever it says, a supervisor restarts no more often than its {@link Intensity}
 * allows.
 */
@FunctionalInterface
public interface RestartAdvisor {
    RestartAdvice advise(Failure failure);

    /** Starts again after {@link RestartPause#DEFAULT}. */
    static RestartAdvisor backoff() {
        return backoff(RestartPause.DEFAULT);
    }

    /** Starts again after {@code pause}. */
    static RestartAdvisor backoff(RestartPause pause) {
        return failure -> new RestartAdvice.After(pause.after(failure));
    }

    /** Starts again at once. */
    static RestartAdvisor atOnce() {
        return failure -> new RestartAdvice.After(Duration.ZERO);
    }
}
