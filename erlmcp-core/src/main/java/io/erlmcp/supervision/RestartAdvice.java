package io.erlmcp.supervision;

import java.time.Duration;

/** What is to happen after a {@link Failure}. */
public sealed interface RestartAdvice {
    /** Start it again after a pause. */
    record After(Duration pause) implements RestartAdvice {
        public After {
            if (pause.isNegative()) {
                throw new IllegalArgumentException("a pause cannot be negative: " + pause);
            }
        }
    }

    /** Leave it down and go on without it; it may be started again by hand or by a later advice. */
    record Degrade(String reason) implements RestartAdvice {}

    /** Leave it down until an operator resumes it. */
    record Halt(String reason) implements RestartAdvice {}

    /** This supervisor cannot help: it ends its children and fails in turn. */
    record Escalate(String reason) implements RestartAdvice {}
}
