package io.erlmcp.dispatch;

import java.time.Duration;

/**
 * What the dispatcher has to know of a call before it runs.
 *
 * @param timeout its deadline
 * @param isRepeatable true when running it twice does what running it once does, so that a
 *     requestState may be used twice
 */
public record CallPlan(Duration timeout, boolean isRepeatable) {}
