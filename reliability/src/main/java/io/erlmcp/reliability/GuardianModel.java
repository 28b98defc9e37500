package io.erlmcp.reliability;

import io.erlmcp.guardian.GuardianConfig;
import io.erlmcp.guardian.GuardianEvent;
import io.erlmcp.guardian.GuardianState;
import io.erlmcp.guardian.GuardianStep;
import io.erlmcp.guardian.Reading;
import io.erlmcp.guardian.Resource;
import io.erlmcp.guardian.Sample;
import io.erlmcp.guardian.Thresholds;
import io.erlmcp.observability.ResourceLevel;
import io.erlmcp.testkit.SimulatedTime;
import io.erlmcp.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The decisions of the guardian while everything that it watches goes up and down at random, in
 * small steps and in jumps, near its thresholds most of the time.
 */
final class GuardianModel {
    static final String TOO_SOON = "hold-back-too-soon";
    static final String NO_BAND = "no-band";

    private static final GuardianConfig CONFIG = GuardianConfig.DEFAULTS;
    private static final int CONFIRMATIONS = 2;
    private static final List<ResourceLevel> LEVELS = List.of(ResourceLevel.values());

    /**
     * Looks that the model remembers of each resource: more than are ever stale one after the
     * other.
     */
    private static final int KEPT = 64;

    /** How far below a threshold a resource must fall before the matter is over. */
    private static final double BAND = 5;

    private final GuardianStep step;

    GuardianModel(@Nullable String plant) {
        step = new GuardianStep(planted(plant == null ? "" : plant));
    }

    private static GuardianConfig planted(String plant) {
        Map<Resource, Thresholds> thresholds = new HashMap<>();
        for (Resource resource : Resource.values()) {
            Thresholds usual = usual(resource);
            double degrade = usual.degrade() - (plant.equals(TOO_SOON) ? 1 : 0);
            double leave = plant.equals(NO_BAND) ? degrade - 0.5 : usual.leave();
            thresholds.put(resource, new Thresholds(usual.warn(), degrade, leave, usual.hard()));
        }
        return new GuardianConfig(
                thresholds,
                CONFIG.interval(),
                CONFIG.keepPercent(),
                CONFIG.stepPercent(),
                CONFIG.pressure());
    }

    /** What is documented. */
    private static Thresholds usual(Resource resource) {
        Thresholds found = CONFIG.thresholds().get(resource);
        if (found == null) {
            throw new IllegalStateException(resource + " has no thresholds");
        }
        return found;
    }

    /** What is seen of one resource. */
    record Seen(double percent, double hard, boolean isFresh) {
        @Override
        public String toString() {
            return "%.1f/%.1f%s".formatted(percent, hard, isFresh ? "" : " stale");
        }
    }

    /** A look at everything. */
    record Glance(Map<Resource, Seen> seen, double cpu) {}

    /**
     * The guardian and the last looks.
     *
     * @param seen of each resource, the newest last
     * @param isOver after an emergency stop, when nothing counts any more
     */
    record World(
            GuardianState state,
            Map<Resource, List<Seen>> seen,
            List<Double> cpu,
            List<GuardianEvent> events,
            boolean isOver) {
        ResourceLevel level(Resource resource) {
            GuardianState.Watch watch = state.watches().get(resource);
            return watch == null ? ResourceLevel.NORMAL : watch.level();
        }

        List<Seen> last(Resource resource) {
            return seen.getOrDefault(resource, List.of());
        }

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            for (Resource resource : Resource.values()) {
                List<Seen> last = last(resource);
                text.append(level(resource))
                        .append(' ')
                        .append(last.isEmpty() ? "" : last.getLast())
                        .append(", ");
            }
            return text.append(state.percent()).append(" %").toString();
        }
    }

    Simulation<World, Glance> simulation() {
        return Simulation.of(GuardianModel::fresh, GuardianModel::next, this::step)
                .rule(untilItIsOver(GuardianModel::oneLevelAtATime))
                .rule(untilItIsOver(GuardianModel::climbsWhenItMust))
                .rule(untilItIsOver(GuardianModel::leavesWhenItMay))
                .rule(untilItIsOver(GuardianModel::tells))
                .rule(untilItIsOver(GuardianModel::holdsBack))
                .rule(untilItIsOver(GuardianModel::sheds))
                .maxPause(Duration.ofSeconds(5));
    }

    private static Function<Simulation.Moment<World, Glance>, @Nullable String> untilItIsOver(
            Function<Simulation.Moment<World, Glance>, @Nullable String> rule) {
        return moment -> moment.before().isOver() ? null : rule.apply(moment);
    }

    private static World fresh() {
        GuardianState calm = new GuardianState(Map.of(), 100, 0, false, 0);
        return new World(calm, Map.of(), List.of(), List.of(), false);
    }

    private static Glance next(World world, RandomGenerator random) {
        Map<Resource, Seen> seen = new HashMap<>();
        for (Resource resource : Resource.values()) {
            List<Seen> last = world.last(resource);
            double percent = last.isEmpty() ? 50 : last.getLast().percent();
            percent =
                    switch (random.nextInt(12)) {
                        case 0 -> random.nextDouble(60, 101);
                        case 1 -> usual(resource).degrade();
                        case 2 -> usual(resource).leave();
                        default -> percent + random.nextDouble(-4, 4.3);
                    };
            double kept = Math.clamp(percent, 0, 101);
            double hard = random.nextInt(3) == 0 ? kept / 2 : kept;
            seen.put(resource, new Seen(kept, hard, random.nextInt(4) > 0));
        }
        return new Glance(seen, random.nextDouble(80, 101));
    }

    private World step(World world, Glance glance, SimulatedTime time) {
        if (world.isOver()) {
            return new World(world.state(), world.seen(), world.cpu(), List.of(), true);
        }
        Map<Resource, Reading> readings = new HashMap<>();
        Map<Resource, List<Seen>> seen = new HashMap<>();
        glance.seen()
                .forEach(
                        (resource, it) -> {
                            readings.put(
                                    resource,
                                    new Reading("it", it.percent(), it.hard(), it.isFresh()));
                            seen.put(resource, longer(world.last(resource), it));
                        });
        GuardianStep.Outcome outcome =
                step.step(world.state(), new Sample(time.nanos(), readings, glance.cpu()));
        boolean isOver =
                outcome.events().stream().anyMatch(GuardianEvent.EmergencyStop.class::isInstance);
        List<Double> cpu = longer(world.cpu(), glance.cpu());
        return new World(outcome.state(), seen, cpu, outcome.events(), isOver);
    }

    private static <T> List<T> longer(List<T> before, T next) {
        List<T> all = new ArrayList<>(before);
        all.add(next);
        return List.copyOf(all.subList(Math.max(0, all.size() - KEPT), all.size()));
    }

    // ---- rules ----

    /** Whoever watches hears of the levels in order. */
    private static @Nullable String oneLevelAtATime(Simulation.Moment<World, Glance> moment) {
        for (Resource resource : Resource.values()) {
            ResourceLevel was = moment.before().level(resource);
            ResourceLevel is = moment.after().level(resource);
            if (Math.abs(LEVELS.indexOf(is) - LEVELS.indexOf(was)) > 1) {
                return resource + " goes from " + was + " to " + is + " at once";
            }
        }
        return null;
    }

    private static @Nullable String climbsWhenItMust(Simulation.Moment<World, Glance> moment) {
        for (Resource resource : Resource.values()) {
            Thresholds limits = usual(resource);
            ResourceLevel was = moment.before().level(resource);
            ResourceLevel is = moment.after().level(resource);
            List<Seen> last = moment.after().last(resource);
            boolean isShort = lastAre(last, it -> isShort(it, limits));
            if (was == ResourceLevel.WARN
                    && (is == ResourceLevel.DEGRADED) != isShort
                    && !moment.after().isOver()) {
                return resource + " at " + last + (isShort ? " holds nothing back" : " holds back");
            }
            boolean isSpent =
                    !resource.isBounded()
                            && lastAre(last, it -> it.hard() >= limits.hard() && it.isFresh());
            boolean isNew = is == ResourceLevel.EMERGENCY && was != ResourceLevel.EMERGENCY;
            if (isNew
                    && (resource.isBounded()
                            || !isSpentTwice(moment.after().last(resource), limits))) {
                return resource + " at " + last + " ends the node";
            }
            if (was == ResourceLevel.DEGRADED && isSpent && is != ResourceLevel.EMERGENCY) {
                return resource + " at " + last + " does not end the node";
            }
            boolean isWarned =
                    last.getLast().percent() >= limits.warn() || isShort(last.getLast(), limits);
            if (was == ResourceLevel.NORMAL && (is == ResourceLevel.WARN) != isWarned) {
                return resource + " at " + last + (isWarned ? " is not told" : " is told");
            }
        }
        return null;
    }

    private static boolean isShort(Seen seen, Thresholds limits) {
        return seen.percent() >= limits.degrade() || seen.hard() >= limits.hard();
    }

    /**
     * What is not fresh counts for nothing: it may lie between the two that do, all of them spent.
     */
    private static boolean isSpentTwice(List<Seen> last, Thresholds limits) {
        long fresh =
                last.reversed().stream()
                        .takeWhile(it -> it.hard() >= limits.hard())
                        .filter(Seen::isFresh)
                        .count();
        return fresh >= CONFIRMATIONS;
    }

    private static boolean lastAre(List<Seen> seen, Predicate<Seen> what) {
        return seen.size() >= CONFIRMATIONS
                && seen.subList(seen.size() - CONFIRMATIONS, seen.size()).stream().allMatch(what);
    }

    /** Two looks far enough below; nothing flaps at a threshold. */
    private static @Nullable String leavesWhenItMay(Simulation.Moment<World, Glance> moment) {
        for (Resource resource : Resource.values()) {
            Thresholds limits = usual(resource);
            ResourceLevel was = moment.before().level(resource);
            ResourceLevel is = moment.after().level(resource);
            double below = was == ResourceLevel.WARN ? limits.warn() - BAND : limits.leave();
            List<Seen> last = moment.after().last(resource);
            boolean isFar = lastAre(last, it -> it.percent() < below && it.hard() < limits.hard());
            if (is.compareTo(was) < 0 && !isFar) {
                return resource + " goes from " + was + " to " + is + " at " + last;
            }
        }
        return null;
    }

    private static @Nullable String tells(Simulation.Moment<World, Glance> moment) {
        for (Resource resource : Resource.values()) {
            ResourceLevel was = moment.before().level(resource);
            ResourceLevel is = moment.after().level(resource);
            long told =
                    moment.after().events().stream()
                            .filter(it -> isOf(it, resource, was, is))
                            .count();
            if (told != (was == is ? 0 : 1)) {
                return resource
                        + " from "
                        + was
                        + " to "
                        + is
                        + " is told by "
                        + moment.after().events();
            }
        }
        return null;
    }

    private static boolean isOf(
            GuardianEvent event, Resource resource, ResourceLevel was, ResourceLevel is) {
        boolean climbs = is.compareTo(was) > 0;
        return switch (event) {
            case GuardianEvent.Warned it -> it.resource() == resource && (climbs || was == is);
            case GuardianEvent.Degraded it ->
                    it.resource() == resource && (is == ResourceLevel.DEGRADED || was == is);
            case GuardianEvent.EmergencyStop it ->
                    it.resource() == resource && (is == ResourceLevel.EMERGENCY || was == is);
            case GuardianEvent.Eased it -> it.resource() == resource && (!climbs || was == is);
            default -> false;
        };
    }

    private static @Nullable String holdsBack(Simulation.Moment<World, Glance> moment) {
        World after = moment.after();
        boolean holds = false;
        for (Resource resource : Resource.values()) {
            holds |=
                    !resource.isBounded()
                            && after.level(resource).compareTo(ResourceLevel.DEGRADED) >= 0;
        }
        int was = moment.before().state().percent();
        int is = after.state().percent();
        int expected = holds ? CONFIG.keepPercent() : Math.min(100, was + CONFIG.stepPercent());
        boolean isTold =
                after.events().stream().anyMatch(GuardianEvent.Recovered.class::isInstance);
        if (after.isOver()) {
            return null;
        }
        if (is != expected) {
            return "callers have " + is + " % of their limits, not " + expected;
        }
        return isTold != (was < 100 && is == 100) ? "that it is over is told: " + isTold : null;
    }

    private static @Nullable String sheds(Simulation.Moment<World, Glance> moment) {
        World after = moment.after();
        if (after.isOver() || moment.before().state().shedding() == after.state().shedding()) {
            return null;
        }
        GuardianConfig.Pressure limits = CONFIG.pressure();
        List<Seen> memory = after.last(Resource.MEMORY);
        List<Double> cpu = after.cpu();
        if (cpu.size() < CONFIRMATIONS) {
            return "it sheds after a single look";
        }
        double band = after.state().shedding() ? 0 : BAND;
        for (int i = 1; i <= CONFIRMATIONS; i++) {
            double percent = memory.get(memory.size() - i).percent();
            double busy = cpu.get(cpu.size() - i);
            boolean isOver =
                    percent >= limits.memoryPercent() - band || busy >= limits.cpuPercent() - band;
            if (isOver != after.state().shedding()) {
                return "it sheds: " + after.state().shedding() + " at " + memory + ", " + cpu;
            }
        }
        return null;
    }
}
