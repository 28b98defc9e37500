package io.erlmcp.feature;

import io.erlmcp.observability.HealthCheck;
import java.util.List;

/**
 * What a plug-in jar offers: tools, and prompts, resources and completions beside them. A jar names
 * its provider in {@code META-INF/services/io.erlmcp.feature.ToolProvider}; the class is public and
 * has a public constructor without parameters. {@link AnnotatedFeatures#of} turns annotated classes
 * into features.
 */
@FunctionalInterface
public interface ToolProvider {
    /** Called once, before the server starts; blocking is fine. */
    List<Feature> features();

    /**
     * Called once, when the server is there but not yet reachable; {@code catalogs} may be changed
     * from now on.
     */
    default void started(Catalogs catalogs) {}

    /**
     * The same, for a provider that halts, looks at how short the node is, or saves its state;
     * called in the place of {@link #started(Catalogs)}, which it calls unless overridden.
     */
    default void started(Catalogs catalogs, RunningNode node) {
        started(catalogs);
    }

    /**
     * Called once, after {@link #started(Catalogs, RunningNode)}: what the node should look at from
     * time to time.
     */
    default List<HealthCheck> healthChecks() {
        return List.of();
    }

    /**
     * Called once, when the node stops in order: calls have ended or were interrupted, and what is
     * saved now is there for the next run. All plug-ins have a second for it; who needs more is
     * interrupted and left behind. Not called by a node that is killed or ends itself in an
     * emergency, so what must not be lost is saved before.
     */
    default void stopping() {}
}
