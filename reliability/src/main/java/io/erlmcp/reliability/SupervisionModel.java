// tidy: nesting, because effects are sorted within the loop that draws them
package io.erlmcp.reliability;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.supervision.Group;
import io.erlmcp.supervision.Group.Child;
import io.erlmcp.supervision.Group.Mode;
import io.erlmcp.supervision.Group.Phase;
import io.erlmcp.supervision.Group.Target;
import io.erlmcp.supervision.GroupDecision;
import io.erlmcp.supervision.GroupEffect;
import io.erlmcp.supervision.GroupEvent;
import io.erlmcp.supervision.Intensity;
import io.erlmcp.supervision.Now;
import io.erlmcp.supervision.Restart;
import io.erlmcp.supervision.RestartAdvice;
import io.erlmcp.supervision.StartGate;
import io.erlmcp.supervision.Strategy;
import io.erlmcp.supervision.SupervisionEvent;
import io.erlmcp.testkit.SimulatedTime;
import io.erlmcp.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The decision of a supervisor among children that start, fail, end and stop at random, operators
 * that meddle, and events that come late.
 */
final class SupervisionModel {
    static final String ONE_RESTART_MORE = "one-restart-more";
    static final String IGNORE_THE_GATE = "ignore-the-gate";
    static final String LOSE_A_STOP = "lose-a-stop";

    private static final Intensity INTENSITY = new Intensity(3, Duration.ofSeconds(10));
    private static final List<ComponentId> IDS =
            List.of(ComponentId.of("a"), ComponentId.of("b"), ComponentId.of("c"));
    private static final ComponentId DENIED = IDS.get(1);

    @SuppressWarnings("StaticAssignmentOfThrowable") // a cause like any other, never thrown
    private static final IllegalStateException CRASH = new IllegalStateException("crash");

    private final String plant;
    private final GroupDecision decision;

    SupervisionModel(@Nullable String plant) {
        this.plant = plant == null ? "" : plant;
        StartGate gate =
                this.plant.equals(IGNORE_THE_GATE)
                        ? StartGate.OPEN
                        : id -> id.equals(DENIED) ? "halted" : null;
        decision =
                new GroupDecision(failure -> new RestartAdvice.After(Duration.ofMillis(500)), gate);
    }

    /**
     * A group with what its effects came to.
     *
     * @param restarts when the decision said that something is started again
     * @param done the effects of the last step
     */
    record World(Group group, List<Long> restarts, List<GroupEffect> done) {}

    Simulation<World, GroupEvent> simulation(Strategy strategy) {
        return Simulation.of(() -> fresh(strategy), SupervisionModel::next, this::step)
                .rule(SupervisionModel::inOrder)
                .rule(SupervisionModel::oneAtATime)
                .rule(SupervisionModel::withinIntensity)
                .rule(SupervisionModel::neverDenied)
                .rule(SupervisionModel::neverStuck)
                .rule(SupervisionModel::asDecided)
                .rule(SupervisionModel::closedIsFinal)
                .maxPause(Duration.ofSeconds(2));
    }

    private World fresh(Strategy strategy) {
        Intensity intensity =
                plant.equals(ONE_RESTART_MORE)
                        ? new Intensity(INTENSITY.restarts() + 1, INTENSITY.period())
                        : INTENSITY;
        List<ComponentId> ids = strategy == Strategy.ONE_FOR_ONE ? IDS.subList(0, 1) : IDS;
        Restart[] kinds = {Restart.PERMANENT, Restart.PERMANENT, Restart.TRANSIENT};
        List<Child> children = new ArrayList<>();
        Now start = Now.of(new SimulatedTime());
        for (int i = 0; i < ids.size(); i++) {
            children.add(Child.fresh(ids.get(i), kinds[i], start.wall()));
        }
        return new World(Group.of(strategy, intensity, Mode.OPEN, children), List.of(), List.of());
    }

    private static GroupEvent next(World world, RandomGenerator random) {
        List<Child> children = world.group().children();
        Child child = children.get(random.nextInt(children.size()));
        int dice = random.nextInt(100);
        int run = dice < 10 ? child.run() - 1 : child.run();
        Long pause = world.group().pauseEnd();
        if (pause != null && dice < 50) {
            return new GroupEvent.Due(pause);
        }
        if (dice >= 90) {
            return operator(child.id(), random.nextInt(16));
        }
        return switch (child.phase()) {
            case DOWN -> new GroupEvent.Open();
            case STARTING ->
                    dice < 70
                            ? new GroupEvent.Started(child.id(), run)
                            : new GroupEvent.StartFailed(child.id(), run, CRASH);
            case UP -> new GroupEvent.Over(child.id(), run, dice < 80 ? CRASH : null);
            case STOPPING -> new GroupEvent.Stopped(child.id(), run);
        };
    }

    private static GroupEvent operator(ComponentId id, int choice) {
        return switch (choice) {
            case 0 -> new GroupEvent.Close();
            case 1, 2, 3, 4 -> new GroupEvent.StopAsked(id);
            case 5, 6, 7, 8, 9 -> new GroupEvent.StartAsked(id);
            case 10, 11, 12 -> new GroupEvent.RestartAsked(id);
            default -> new GroupEvent.FailureAsked(id, CRASH);
        };
    }

    private World step(World world, GroupEvent event, SimulatedTime time) {
        GroupDecision.Outcome outcome = decision.step(world.group(), event, Now.of(time));
        boolean forgives =
                event instanceof GroupEvent.StartAsked || event instanceof GroupEvent.RestartAsked;
        List<Long> restarts = new ArrayList<>(forgives ? List.of() : world.restarts());
        restarts.removeIf(at -> time.nanos() - at >= INTENSITY.period().toNanos());
        for (GroupEffect effect : outcome.effects()) {
            if (effect instanceof GroupEffect.Tell tell
                    && tell.event() instanceof SupervisionEvent.Failed failed
                    && failed.advice() instanceof RestartAdvice.After) {
                restarts.add(time.nanos());
            }
        }
        List<GroupEffect> done = new ArrayList<>(outcome.effects());
        if (plant.equals(LOSE_A_STOP)) {
            done.removeIf(GroupEffect.StopRun.class::isInstance);
        }
        return new World(outcome.group(), List.copyOf(restarts), done);
    }

    private static @Nullable String inOrder(Simulation.Moment<World, GroupEvent> moment) {
        List<Child> children = moment.after().group().children();
        for (GroupEffect effect : moment.after().done()) {
            if (effect instanceof GroupEffect.StartRun start) {
                for (Child child : children) {
                    if (child.id().equals(start.child())) {
                        break;
                    }
                    if (child.target() == Target.RUN && child.phase() != Phase.UP) {
                        return start.child() + " starts before " + child.id() + " runs";
                    }
                }
            }
        }
        return null;
    }

    /** A stop does not wait for a start, but no start for another, and no stop either. */
    private static @Nullable String oneAtATime(Simulation.Moment<World, GroupEvent> moment) {
        for (Phase phase : List.of(Phase.STARTING, Phase.STOPPING)) {
            long busy = count(moment.after().group(), phase);
            if (busy > 1) {
                return busy + " children are " + phase + " at the same time";
            }
        }
        boolean starts = count(moment.after().group(), Phase.STARTING) > 0;
        boolean started = count(moment.before().group(), Phase.STARTING) > 0;
        boolean stopped = count(moment.before().group(), Phase.STOPPING) > 0;
        boolean stops = count(moment.after().group(), Phase.STOPPING) > 0;
        return starts && !started && stopped && stops ? "a start does not wait for a stop" : null;
    }

    private static long count(Group group, Phase phase) {
        return group.children().stream().filter(it -> it.phase() == phase).count();
    }

    private static @Nullable String withinIntensity(Simulation.Moment<World, GroupEvent> moment) {
        int restarts = moment.after().restarts().size();
        return restarts > INTENSITY.restarts() ? restarts + " restarts within the period" : null;
    }

    private static @Nullable String neverDenied(Simulation.Moment<World, GroupEvent> moment) {
        for (Child child : moment.after().group().children()) {
            if (child.id().equals(DENIED) && child.run() > 0) {
                return DENIED + " was started, though it is halted";
            }
        }
        return null;
    }

    /** Where nothing is under way and nothing waits, everything that should run does. */
    private static @Nullable String neverStuck(Simulation.Moment<World, GroupEvent> moment) {
        Group group = moment.after().group();
        boolean isBusy =
                group.pauseEnd() != null
                        || group.children().stream()
                                .anyMatch(
                                        it ->
                                                it.phase() == Phase.STARTING
                                                        || it.phase() == Phase.STOPPING);
        if (isBusy) {
            return null;
        }
        for (Child child : group.children()) {
            if (group.mode() == Mode.OPEN
                    && child.target() == Target.RUN
                    && child.phase() != Phase.UP) {
                return child.id() + " should run, and nothing is done about it";
            }
        }
        return null;
    }

    /** Whoever begins to start or to stop is told to. */
    private static @Nullable String asDecided(Simulation.Moment<World, GroupEvent> moment) {
        List<Child> before = moment.before().group().children();
        List<Child> after = moment.after().group().children();
        for (int i = 0; i < after.size(); i++) {
            Child child = after.get(i);
            Phase was = before.get(i).phase();
            if (child.phase() == Phase.STOPPING
                    && was != Phase.STOPPING
                    && !moment.after()
                            .done()
                            .contains(new GroupEffect.StopRun(child.id(), child.run()))) {
                return child.id() + " is said to stop, and nobody stops it";
            }
            if (child.phase() == Phase.STARTING
                    && was != Phase.STARTING
                    && !moment.after()
                            .done()
                            .contains(new GroupEffect.StartRun(child.id(), child.run()))) {
                return child.id() + " is said to start, and nobody starts it";
            }
        }
        return null;
    }

    private static @Nullable String closedIsFinal(Simulation.Moment<World, GroupEvent> moment) {
        boolean wasClosed = moment.before().group().mode() == Mode.CLOSED;
        return wasClosed && !moment.after().done().isEmpty()
                ? "something is done after the end: " + moment.after().done()
                : null;
    }
}
