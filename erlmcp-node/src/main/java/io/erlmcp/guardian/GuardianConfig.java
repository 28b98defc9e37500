package io.erlmcp.guardian;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * When the guardian acts.
 *
 * @param thresholds of each resource
 * @param interval between two looks while all is well; a fifth of it when not
 * @param keepPercent what callers keep of their limits while the node holds back
 * @param stepPercent by how much limits come back with each look afterwards
 * @param pressure when calls of low priority are shed
 */
public record GuardianConfig(
        Map<Resource, Thresholds> thresholds,
        Duration interval,
        int keepPercent,
        int stepPercent,
        Pressure pressure) {
    /** Looks in a row that must agree before the node holds back, ends, or stops to hold back. */
    static final int CONFIRMATIONS = 2;

    /**
     * When calls of low priority are shed.
     *
     * @param isEnabled whether they are
     * @param memoryPercent of the nearest limit of memory
     * @param cpuPercent of the processors that the node may use
     */
    public record Pressure(boolean isEnabled, double memoryPercent, double cpuPercent) {
        public static final Pressure DEFAULTS = new Pressure(true, 90, 95);
    }

    public static final GuardianConfig DEFAULTS =
            new GuardianConfig(
                    Map.of(
                            Resource.MEMORY, Thresholds.of(85, 90, 97),
                            Resource.PROCESS, Thresholds.of(75, 80, 95),
                            Resource.FD, Thresholds.of(80, 90, 90),
                            Resource.CONNECTIONS, Thresholds.of(75, 100, 100),
                            Resource.CALLS, Thresholds.of(75, 80, 100)),
                    Duration.ofSeconds(5),
                    50,
                    10,
                    Pressure.DEFAULTS);

    public GuardianConfig {
        thresholds = Map.copyOf(new EnumMap<>(thresholds));
        if (thresholds.size() != Resource.values().length) {
            throw new IllegalArgumentException("a resource has no thresholds: " + thresholds);
        }
        if (!interval.isPositive() || keepPercent < 1 || keepPercent > 100 || stepPercent < 1) {
            throw new IllegalArgumentException(
                    "interval " + interval + ", keep " + keepPercent + " %, step " + stepPercent);
        }
    }

    Thresholds of(Resource resource) {
        Thresholds found = thresholds.get(resource);
        if (found == null) {
            throw new IllegalStateException(resource + " has no thresholds");
        }
        return found;
    }
}
