package io.erlmcp.recovery;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What recovery needs of the rest of the node. The first four are quick and never block. */
public interface Neighbours {
    RestartLimits limits(ComponentId component);

    /** How long the circuit breaker of a component lets nothing through; zero for none. */
    Duration refused(ComponentId component);

    /** What a component does not work without. */
    List<ComponentId> needs(ComponentId component);

    /** Shows in the health of the node how a component is. */
    void show(ComponentId component, Condition condition, String detail);

    /** What does not work without a component, for operators. */
    List<ComponentId> carries(ComponentId component);

    /**
     * Halts a component until an operator resumes it.
     *
     * @throws IOException when it is not halted, or only as long as this node runs
     */
    void halt(ComponentId component, String reason) throws IOException;

    /** Has the node hold back, because a component failed for want of what all of it needs. */
    void holdBack(ComponentId component, Shortage shortage);

    /**
     * Leaves a receipt of a decision.
     *
     * @throws IOException when there is none
     */
    void receipt(String action, ComponentId component, JsonObject details) throws IOException;

    /**
     * What earlier runs of the node decided and left a receipt of, the oldest first; waits for the
     * disk.
     *
     * @param most that many of the newest
     * @throws IOException when it cannot be read
     */
    List<Decision> earlierDecisions(int most) throws IOException;
}
