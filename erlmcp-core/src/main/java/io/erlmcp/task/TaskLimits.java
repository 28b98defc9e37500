package io.erlmcp.task;

import java.time.Duration;

/**
 * Bounds on tasks.
 *
 * @param maxTasks tasks that are kept, running and ended; more are refused with -31001
 * @param maxPerOwner tasks of one owner, likewise
 * @param maxRunning tasks whose work goes on at the same time, likewise
 * @param ttl how long a task is kept after its creation where nobody wishes for less, and the most
 *     that a wish is granted; a task that still runs then is stopped
 * @param pollInterval how often peers are told to ask
 * @param maxResultBytes the longest result that is kept; a task with a longer one fails
 * @param maxKeptBytes all results together; a task whose result does not fit fails
 * @param pageSize tasks in one page of a list
 */
public record TaskLimits(
        int maxTasks,
        int maxPerOwner,
        int maxRunning,
        Duration ttl,
        Duration pollInterval,
        int maxResultBytes,
        long maxKeptBytes,
        int pageSize) {
    /** The shortest time for which a task is kept, whatever is wished for. */
    public static final Duration MIN_TTL = Duration.ofSeconds(1);

    public static final TaskLimits DEFAULTS =
            new TaskLimits(
                    10_000,
                    10_000,
                    10_000,
                    Duration.ofHours(24),
                    Duration.ofSeconds(1),
                    1 << 20,
                    Runtime.getRuntime().maxMemory() / 8,
                    100);

    public TaskLimits {
        atLeastOne("maxTasks", maxTasks);
        atLeastOne("maxPerOwner", maxPerOwner);
        atLeastOne("maxRunning", maxRunning);
        atLeastOne("maxResultBytes", maxResultBytes);
        atLeastOne("maxKeptBytes", maxKeptBytes);
        atLeastOne("pageSize", pageSize);
        if (ttl.compareTo(MIN_TTL) < 0) {
            throw new IllegalArgumentException("ttl is " + ttl + ", must be at least " + MIN_TTL);
        }
        if (pollInterval.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "pollInterval is " + pollInterval + ", must be at least 1 ms");
        }
    }

    private static void atLeastOne(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " is " + value + ", must be at least 1");
        }
    }

    public TaskLimits withMax(int tasks, int perOwner, int running) {
        return new TaskLimits(
                tasks,
                perOwner,
                running,
                ttl,
                pollInterval,
                maxResultBytes,
                maxKeptBytes,
                pageSize);
    }

    public TaskLimits withTimes(Duration ttl, Duration pollInterval) {
        return new TaskLimits(
                maxTasks,
                maxPerOwner,
                maxRunning,
                ttl,
                pollInterval,
                maxResultBytes,
                maxKeptBytes,
                pageSize);
    }

    public TaskLimits withResults(int maxResultBytes, long maxKeptBytes) {
        return new TaskLimits(
                maxTasks,
                maxPerOwner,
                maxRunning,
                ttl,
                pollInterval,
                maxResultBytes,
                maxKeptBytes,
                pageSize);
    }

    public TaskLimits withPageSize(int pageSize) {
        return new TaskLimits(
                maxTasks,
                maxPerOwner,
                maxRunning,
                ttl,
                pollInterval,
                maxResultBytes,
                maxKeptBytes,
                pageSize);
    }
}
