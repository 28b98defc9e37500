package io.erlmcp.task;

import io.erlmcp.security.Principal;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A task to be made.
 *
 * @param owner under whom it is listed
 * @param name what is called
 * @param ttl how long it is to be kept; null leaves it to the limits
 * @param watcher hears of every change, on the thread that made it; must be quick
 */
public record TaskOrder(
        String owner,
        Principal principal,
        String name,
        @Nullable Duration ttl,
        Consumer<TaskView> watcher) {}
