package io.erlmcp.andon;

import io.erlmcp.observability.ComponentId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What runs for components, and how to end it; the node implements it. */
public interface Work {
    /**
     * @param running calls in progress
     * @param oldest how long the oldest of them runs; null when there is none
     */
    record InFlight(long running, @Nullable Duration oldest) {
        public static final InFlight NONE = new InFlight(0, null);
    }

    /** What runs for {@code component} now. */
    InFlight inFlight(ComponentId component);

    /** Answers what runs for {@code component} with an error, and interrupts it. */
    void cut(ComponentId component);
}
