package io.erlmcp.protocol;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A legacy peer's wish that its request runs as a task.
 *
 * @param ttl how long it wants the task to be kept; null leaves it to the receiver
 */
public record TaskWish(@Nullable Duration ttl) {}
