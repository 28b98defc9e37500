package io.erlmcp.health;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.HealthCheck;
import io.erlmcp.observability.HealthStatus;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How well the node is, by all that its checks left behind. Immutable.
 *
 * @param score the mean of all components by their weights, 0 to 100
 * @param unready a required component that is unhealthy, or null
 */
public record HealthReport(
        HealthStatus status, int score, @Nullable ComponentId unready, List<Line> components) {
    /** Below this score the node as a whole is unhealthy. */
    static final int LEAST_SCORE = 50;

    /** Nothing was looked at yet. */
    static final HealthReport EMPTY = new HealthReport(HealthStatus.HEALTHY, 100, null, List.of());

    /**
     * One component.
     *
     * @param status with what it depends on
     * @param own what its own check found, or what was decided of it
     * @param failures findings in a row that were worse than that
     * @param millis what the last check took
     */
    public record Line(
            ComponentId component,
            HealthStatus status,
            HealthStatus own,
            Instant since,
            int failures,
            String detail,
            long millis) {}

    public HealthReport {
        components = List.copyOf(components);
    }

    static HealthReport of(Map<HealthCheck, Judgement> judgements) {
        Set<ComponentId> down = new HashSet<>();
        judgements.forEach(
                (check, it) -> {
                    if (it.status() == HealthStatus.UNHEALTHY) {
                        down.add(check.component());
                    }
                });
        Set<ComponentId> without = without(judgements.keySet(), down);
        List<Line> lines = new ArrayList<>();
        ComponentId unready = null;
        long weights = 0;
        long scores = 0;
        HealthStatus worst = HealthStatus.HEALTHY;
        for (Map.Entry<HealthCheck, Judgement> entry : judgements.entrySet()) {
            HealthCheck check = entry.getKey();
            HealthStatus status = with(entry.getValue().status(), check, without);
            lines.add(line(check, entry.getValue(), status));
            weights += check.weight();
            scores += (long) check.weight() * status.score();
            worst = status.isWorseThan(worst) ? status : worst;
            if (check.isRequired() && status == HealthStatus.UNHEALTHY) {
                unready = check.component();
            }
        }
        int score = weights == 0 ? 100 : (int) (scores / weights);
        HealthStatus whole =
                unready != null || score < LEAST_SCORE
                        ? HealthStatus.UNHEALTHY
                        : worst == HealthStatus.HEALTHY
                                ? HealthStatus.HEALTHY
                                : HealthStatus.DEGRADED;
        return new HealthReport(whole, score, unready, lines);
    }

    /** What is without something that it needs is degraded, however well it is itself. */
    private static HealthStatus with(
            HealthStatus own, HealthCheck check, Set<ComponentId> without) {
        boolean isWithout = without.contains(check.component());
        return isWithout && own == HealthStatus.HEALTHY ? HealthStatus.DEGRADED : own;
    }

    /** Those that need something of {@code down}, directly or through others. */
    private static Set<ComponentId> without(Set<HealthCheck> checks, Set<ComponentId> down) {
        if (down.isEmpty()) {
            return Set.of();
        }
        Map<ComponentId, List<ComponentId>> neededBy = new HashMap<>();
        for (HealthCheck check : checks) {
            for (ComponentId need : check.dependsOn()) {
                neededBy.computeIfAbsent(need, it -> new ArrayList<>()).add(check.component());
            }
        }
        Set<ComponentId> without = new HashSet<>();
        Deque<ComponentId> open = new ArrayDeque<>(down);
        for (ComponentId at = open.poll(); at != null; at = open.poll()) {
            for (ComponentId other : neededBy.getOrDefault(at, List.of())) {
                if (without.add(other)) {
                    open.add(other);
                }
            }
        }
        return without;
    }

    private static Line line(HealthCheck check, Judgement it, HealthStatus status) {
        return new Line(
                check.component(),
                status,
                it.status(),
                it.since(),
                it.worse(),
                it.last().detail(),
                it.millis());
    }
}
