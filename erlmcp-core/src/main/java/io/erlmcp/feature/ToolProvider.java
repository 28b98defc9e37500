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

    /** Called once, after {@link #started}: what the node should look at from time to time. */
    default List<HealthCheck> healthChecks() {
        return List.of();
    }
}
