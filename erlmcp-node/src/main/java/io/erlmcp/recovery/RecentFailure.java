package io.erlmcp.recovery;

import io.erlmcp.observability.ComponentId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One of the last failures and losses of the node.
 *
 * @param root what failed before it, where it is a cascade
 */
public record RecentFailure(ComponentId component, long nanos, @Nullable ComponentId root) {
    /** So many are remembered. */
    private static final int MOST = 100;

    /** Adds it as the newest; the oldest goes where there are too many. */
    void addTo(List<RecentFailure> recent) {
        recent.add(this);
        if (recent.size() > MOST) {
            recent.removeFirst();
        }
    }
}
