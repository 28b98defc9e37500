package io.erlmcp.guardian;

import io.erlmcp.observability.ResourceLevel;
import java.util.EnumMap;
import java.util.Map;

/**
 * What the guardian remembers from one look to the next. Immutable.
 *
 * @param watches of each resource
 * @param percent what callers have of their usual limits: less than 100 while the node holds back
 *     or comes back from it
 * @param heldSinceNanos when holding back began; meaningless at 100 per cent
 * @param shedding whether calls of low priority are shed because of memory or processor
 * @param pressed looks in a row that speak for a change of that
 */
public record GuardianState(
        Map<Resource, Watch> watches,
        int percent,
        long heldSinceNanos,
        boolean shedding,
        int pressed) {
    /**
     * One resource.
     *
     * @param degrading looks in a row at or above the threshold of holding back
     * @param ending fresh looks in a row at or above the hard limit
     * @param below looks in a row below what keeps it at its level
     */
    public record Watch(ResourceLevel level, int degrading, int ending, int below, Trend trend) {
        static final Watch CALM = new Watch(ResourceLevel.NORMAL, 0, 0, 0, Trend.NONE);

        Watch at(ResourceLevel other) {
            return new Watch(other, degrading, ending, 0, trend);
        }
    }

    static final GuardianState CALM = calm();

    public GuardianState {
        watches = Map.copyOf(watches);
    }

    private static GuardianState calm() {
        Map<Resource, Watch> watches = new EnumMap<>(Resource.class);
        for (Resource resource : Resource.values()) {
            watches.put(resource, Watch.CALM);
        }
        return new GuardianState(watches, 100, 0, false, 0);
    }

    Watch of(Resource resource) {
        return watches.getOrDefault(resource, Watch.CALM);
    }

    /** How short each resource is. */
    Map<Resource, ResourceLevel> levels() {
        Map<Resource, ResourceLevel> levels = new EnumMap<>(Resource.class);
        for (Resource resource : Resource.values()) {
            levels.put(resource, of(resource).level());
        }
        return levels;
    }

    /** The level of what is shortest. */
    ResourceLevel worst() {
        return watches.values().stream()
                .map(Watch::level)
                .max(ResourceLevel::compareTo)
                .orElse(ResourceLevel.NORMAL);
    }

    boolean isDegraded(Resource resource) {
        return of(resource).level().compareTo(ResourceLevel.DEGRADED) >= 0;
    }

    /** Whether something of the process itself is short, so that everything is held back. */
    boolean isHolding() {
        return watches.keySet().stream().anyMatch(it -> !it.isBounded() && isDegraded(it));
    }

    GuardianState with(Resource resource, Watch watch) {
        Map<Resource, Watch> changed = new EnumMap<>(watches);
        changed.put(resource, watch);
        return new GuardianState(changed, percent, heldSinceNanos, shedding, pressed);
    }
}
