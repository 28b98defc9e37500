package io.erlmcp.guardian;

import java.util.Map;

/**
 * One look at everything.
 *
 * @param nanos when, by a monotonic clock
 * @param readings of each resource
 * @param cpuPercent of the processors that the node may use
 */
public record Sample(long nanos, Map<Resource, Reading> readings, double cpuPercent) {
    public Sample {
        readings = Map.copyOf(readings);
    }

    Reading of(Resource resource) {
        Reading found = readings.get(resource);
        if (found == null) {
            throw new IllegalStateException(resource + " was not measured");
        }
        return found;
    }
}
