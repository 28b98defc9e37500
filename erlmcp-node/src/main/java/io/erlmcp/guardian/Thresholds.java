package io.erlmcp.guardian;

import io.erlmcp.observability.ResourceLevel;

/**
 * At which percentage of a resource something happens.
 *
 * @param warn an event
 * @param degrade the node holds back
 * @param leave below this it no longer does
 * @param hard the node ends
 */
public record Thresholds(double warn, double degrade, double leave, double hard) {
    /** How far below a threshold a resource has to fall before the matter is over. */
    static final double BAND = 5;

    public Thresholds {
        if (!(warn < degrade && degrade <= hard && leave < degrade)) {
            throw new IllegalArgumentException(
                    "thresholds must rise: warn "
                            + warn
                            + ", degrade "
                            + degrade
                            + ", hard "
                            + hard
                            + ", and leave "
                            + leave
                            + " be below degrade");
        }
    }

    /** Thresholds that are left ten points below where holding back begins. */
    public static Thresholds of(double warn, double degrade, double hard) {
        return new Thresholds(warn, degrade, degrade - 2 * BAND, hard);
    }

    ResourceLevel levelAt(double percent, double hardPercent) {
        if (hardPercent >= hard) {
            return ResourceLevel.EMERGENCY;
        }
        return percent >= degrade
                ? ResourceLevel.DEGRADED
                : percent >= warn ? ResourceLevel.WARN : ResourceLevel.NORMAL;
    }

    /** Whether {@code percent} is far enough below what led to {@code level}. */
    boolean isBelow(ResourceLevel level, double percent) {
        return switch (level) {
            case NORMAL -> false;
            case WARN -> percent < warn - BAND;
            case DEGRADED, EMERGENCY -> percent < leave;
        };
    }
}
