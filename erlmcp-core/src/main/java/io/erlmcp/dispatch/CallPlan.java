package io.erlmcp.dispatch;

import io.erlmcp.feature.Priority;
import java.time.Duration;

/**
 * What the dispatcher has to know of a call before it runs.
 *
 * @param timeout its deadline
 * @param isRepeatable true when running it twice does what running it once does, so that a
 *     requestState may be used twice
 * @param priority how much it matters when not all can be served
 */
public record CallPlan(Duration timeout, boolean isRepeatable, Priority priority) {
    public CallPlan(Duration timeout, boolean isRepeatable) {
        this(timeout, isRepeatable, Priority.NORMAL);
    }
}
