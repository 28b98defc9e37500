package io.erlmcp.node;

import io.erlmcp.health.Health;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.runtime.Timers;
import io.erlmcp.supervision.ChildSpec;
import io.erlmcp.supervision.ComponentFactory;
import io.erlmcp.supervision.ComponentState;
import io.erlmcp.supervision.Intensity;
import io.erlmcp.supervision.RestartAdvisor;
import io.erlmcp.supervision.StartGate;
import io.erlmcp.supervision.Strategy;
import io.erlmcp.supervision.Supervisor;
import io.erlmcp.supervision.SupervisorSpec;
import io.erlmcp.supervision.Surroundings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole tree of a node: what lives long in it and is started again when it fails. The server
 * and its store stand above the tree, because they hold what has to survive a restart.
 *
 * <p>Process model: made, started and closed by the {@link Node}; owns the supervisors and the
 * timer of their pauses and time-outs.
 */
final class NodeTree implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeTree.class);

    private static final int NEVER_USED_UP = 1_000;

    private final Timers timers;
    private final Surroundings surroundings;
    private final Health health;
    private volatile @Nullable Supervisor root;

    /**
     * @param timers closed with the tree
     */
    NodeTree(
            Timers timers,
            Observer observer,
            StartGate gate,
            Health health,
            RestartAdvisor advisor) {
        this.timers = timers;
        surroundings = new Surroundings(Time.system(), timers, observer, advisor, gate);
        this.health = health;
    }

    /**
     * The tree. What stands further down starts later. What watches is nobody's need: each of its
     * children fails alone.
     *
     * @param watch what looks at the node and writes down what it does
     * @param serving see {@link #serving}
     */
    static SupervisorSpec of(List<ChildSpec> watch, SupervisorSpec serving) {
        List<ChildSpec> children = new ArrayList<>();
        // never used up: recovery halts what keeps failing, and nothing that serves falls with it
        Intensity intensity = new Intensity(NEVER_USED_UP, Intensity.DEFAULT.period());
        children.add(
                ChildSpec.supervisor(
                        "watch",
                        new SupervisorSpec(Strategy.ONE_FOR_ONE, intensity, watch.size(), watch)));
        children.addAll(serving.children());
        return SupervisorSpec.of(serving.strategy(), children);
    }

    /**
     * What serves. What stands further down needs what stands above it.
     *
     * @param listeners the operators' one first, so that they can look at the others
     * @param upstreams the servers behind the node, none of which is waited for
     */
    static SupervisorSpec serving(List<ChildSpec> listeners, SupervisorSpec upstreams) {
        return SupervisorSpec.of(
                Strategy.REST_FOR_ONE,
                ChildSpec.supervisor(
                        "listeners", SupervisorSpec.of(Strategy.ONE_FOR_ONE, listeners)),
                ChildSpec.supervisor("upstreams", upstreams));
    }

    void start(SupervisorSpec spec) throws StartException {
        try {
            root = Supervisor.start(spec, surroundings, new Root());
        } catch (StartException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted while it started", e);
        } catch (Exception e) {
            throw new StartException("cannot start: " + e.getMessage(), e);
        }
    }

    /** The node, as the parent of the tree. */
    private final class Root implements ComponentFactory.Life {
        @Override
        public ComponentId id() {
            return ComponentId.NODE;
        }

        @Override
        public void failed(Throwable cause) {
            LOG.error("the supervision tree has given up; the node takes no more requests", cause);
            health.draining("the supervision tree has given up");
        }

        @Override
        public void ended() {
            throw new IllegalStateException("a supervisor has no end of its own");
        }

        @Override
        public void whenGone(Runnable action) {
            throw new IllegalStateException("the node outlives its tree");
        }
    }

    /** For operators: starts, stops and restarts components. */
    Supervisor root() {
        Supervisor started = root;
        if (started == null) {
            throw new IllegalStateException("the tree has not been started");
        }
        return started;
    }

    /** What every component is doing; empty before the start. */
    List<ComponentState> states() {
        Supervisor started = root;
        return started == null ? List.of() : started.states();
    }

    @Override
    public void close() {
        Supervisor started = root;
        try {
            if (started != null) {
                started.stop();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            timers.close();
        }
    }
}
