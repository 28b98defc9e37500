package io.erlmcp.dispatch;

import java.time.Duration;
import java.util.List;

/**
 * Calls in progress.
 *
 * @param count those that are not answered yet
 * @param oldest how long the oldest of them runs; zero where there is none
 */
public record RunningCalls(int count, Duration oldest) {
    /** These and others that run for so long already. */
    public RunningCalls and(List<Duration> others) {
        Duration longest = oldest;
        for (Duration other : others) {
            longest = other.compareTo(longest) > 0 ? other : longest;
        }
        return new RunningCalls(count + others.size(), longest);
    }
}
