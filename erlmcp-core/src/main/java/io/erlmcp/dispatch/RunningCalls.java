package io.erlmcp.dispatch;

import java.time.Duration;

/**
 * Calls in progress.
 *
 * @param count those that are not answered yet
 * @param oldest how long the oldest of them runs; zero where there is none
 */
public record RunningCalls(int count, Duration oldest) {}
