package io.erlmcp.observability;

/** How well a component is. */
public enum HealthStatus {
    /** It does what it should. */
    HEALTHY(100),
    /** It does it worse than it should, or not all of it. */
    DEGRADED(50),
    /** It does not. */
    UNHEALTHY(0);

    private final int score;

    HealthStatus(int score) {
        this.score = score;
    }

    /** What it counts in the score of the node, 0 to 100. */
    public int score() {
        return score;
    }

    public boolean isWorseThan(HealthStatus other) {
        return compareTo(other) > 0;
    }
}
