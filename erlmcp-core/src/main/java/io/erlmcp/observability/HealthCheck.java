package io.erlmcp.observability;

import java.time.Duration;
import java.util.List;

/**
 * A question that the node asks of a component again and again, such as {@code SELECT 1} of a
 * database.
 *
 * @param component what is asked about
 * @param probe asks; runs on a virtual thread of its own, blocking is fine
 * @param weight how much the component counts in the score of the node, at least 1
 * @param timeout how long the answer may take; then the thread is interrupted, and it counts as a
 *     failure
 * @param isRequired whether the node takes no requests while the component is unhealthy
 * @param dependsOn components without which this one cannot be better than degraded
 */
public record HealthCheck(
        ComponentId component,
        Probe probe,
        int weight,
        Duration timeout,
        boolean isRequired,
        List<ComponentId> dependsOn) {
    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(2);

    /** Asks once. */
    @FunctionalInterface
    public interface Probe {
        /**
         * How well the component is.
         *
         * @throws Exception when it is not; operators see what kind it was, and its message
         */
        Finding check() throws Exception;
    }

    /**
     * What came of it.
     *
     * @param detail for operators; empty where there is nothing to say
     */
    public record Finding(HealthStatus status, String detail) {
        public static final Finding HEALTHY = new Finding(HealthStatus.HEALTHY, "");
    }

    public HealthCheck {
        dependsOn = List.copyOf(dependsOn);
        if (weight < 1 || !timeout.isPositive()) {
            throw new IllegalArgumentException(
                    component + ": weight " + weight + " and timeout " + timeout + " must be more");
        }
    }

    /** A check of weight 1, two seconds, that nothing hangs on. */
    public static HealthCheck of(String component, Probe probe) {
        return new HealthCheck(
                new ComponentId(component), probe, 1, USUAL_TIMEOUT, false, List.of());
    }

    public HealthCheck weight(int other) {
        return new HealthCheck(component, probe, other, timeout, isRequired, dependsOn);
    }

    public HealthCheck timeout(Duration other) {
        return new HealthCheck(component, probe, weight, other, isRequired, dependsOn);
    }

    /** The node takes no requests while the component is unhealthy. */
    public HealthCheck required() {
        return new HealthCheck(component, probe, weight, timeout, true, dependsOn);
    }

    public HealthCheck dependsOn(String... others) {
        List<ComponentId> ids = List.of(others).stream().map(ComponentId::new).toList();
        return new HealthCheck(component, probe, weight, timeout, isRequired, ids);
    }
}
