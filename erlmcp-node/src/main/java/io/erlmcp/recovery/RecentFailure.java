package io.erlmcp.recovery;

import io.erlmcp.observability.ComponentId;
import org.jspecify.annotations.Nullable;

/**
 * One of the last failures of the node.
 *
 * @param root what failed before it, where it is a cascade
 */
public record RecentFailure(ComponentId component, long nanos, @Nullable ComponentId root) {}
