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
 * The children of a dynamic supervisor, which come, fail, end and are removed at any moment: each
 * has a fate of its own, and one that came to its end or was removed is gone for good.
 */
final class DynamicModel {
    static final String SHARE_A_FATE = "share-a-fate";
    static final String LOSE_A_REMOVAL = "lose-a-removal";

    private static final Intensity INTENSITY = new Intensity(3, Duration.ofSeconds(10));
    private static final int PLACES = 4;
    private static final List<Restart> KINDS = List.of(Restart.values());

    @SuppressWarnings("StaticAssignmentOfThrowable") // a cause like any other, never thrown
    private static final IllegalStateException CRASH = new IllegalStateException("crash");

    private static final GroupDecision DECISION =
            new GroupDecision(
                    failure -> new RestartAdvice.After(Duration.ofMillis(300)), StartGate.OPEN);

    private final String plant;

    DynamicModel(@Nullable String plant) {
        this.plant = plant == null ? "" : plant;
    }

    /**
     * A place for a child.
     *
     * @param group null while nobody is there
     * @param isRemoved whether somebody wanted it gone
     * @param runs that were started and are not over
     * @param restarts within the period
     * @param done the effects of the last step
     */
    record Place(
            @Nullable Group group,
            boolean isRemoved,
            int runs,
            List<Long> restarts,
            List<GroupEffect> done) {
        static final Place EMPTY = new Place(null, false, 0, List.of(), List.of());

        Place still() {
            return done.isEmpty() ? this : new Place(group, isRemoved, runs, restarts, List.of());
        }

        private @Nullable Child child() {
            return group == null ? null : group.children().getFirst();
        }

        @Override
        public String toString() {
            Child child = child();
            return child == null
                    ? "-"
                    : child.phase() + "/" + child.target() + " " + child.run() + " " + done;
        }
    }

    /** All places. */
    record World(List<Place> places) {}

    /** What happens at a place; no event lets somebody come. */
    record Happening(int place, Restart kind, @Nullable GroupEvent event) {}

    Simulation<World, Happening> simulation() {
        List<Place> empty = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            empty.add(Place.EMPTY);
        }
        World fresh = new World(List.copyOf(empty));
        return Simulation.of(() -> fresh, DynamicModel::next, this::step)
                .rule(DynamicModel::hasAFateOfItsOwn)
                .rule(DynamicModel::oneRunAtATime)
                .rule(DynamicModel::goneIsGone)
                .rule(DynamicModel::withinIntensity)
                .rule(DynamicModel::endedIsForgotten)
                .rule(DynamicModel::neverStuck)
                .maxPause(Duration.ofSeconds(1));
    }

    private static Happening next(World world, RandomGenerator random) {
        int at = random.nextInt(PLACES);
        Restart kind = KINDS.get(random.nextInt(KINDS.size()));
        Place place = world.places().get(at);
        Child child = place.child();
        if (place.group() == null || child == null) {
            return new Happening(at, kind, null);
        }
        Long pause = place.group().pauseEnd();
        int dice = random.nextInt(100);
        GroupEvent event =
                dice < 4
                        ? new GroupEvent.Close()
                        : dice < 8
                                ? new GroupEvent.RestartAsked(child.id())
                                : pause != null && dice < 60
                                        ? new GroupEvent.Due(pause)
                                        : ofRun(child, random);
        return new Happening(at, kind, event);
    }

    private static GroupEvent ofRun(Child child, RandomGenerator random) {
        int dice = random.nextInt(100);
        int run = dice < 10 ? child.run() - 1 : child.run(); // some come late
        return switch (child.phase()) {
            case DOWN -> new GroupEvent.Open();
            case STARTING ->
                    dice < 70
                            ? new GroupEvent.Started(child.id(), run)
                            : new GroupEvent.StartFailed(child.id(), run, CRASH);
            case UP -> new GroupEvent.Over(child.id(), run, dice < 70 ? CRASH : null);
            case STOPPING -> new GroupEvent.Stopped(child.id(), run);
        };
    }

    private World step(World world, Happening happening, SimulatedTime time) {
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            Place place = world.places().get(i).still();
            boolean isHere = i == happening.place();
            boolean isAlong =
                    plant.equals(SHARE_A_FATE)
                            && place.child() != null
                            && happening.event() instanceof GroupEvent.Over;
            places.add(
                    isHere
                            ? here(place, happening, time)
                            : isAlong ? along(place, happening, time) : place);
        }
        return new World(List.copyOf(places));
    }

    /** As if all were one group. */
    private Place along(Place place, Happening happening, SimulatedTime time) {
        Child child = place.child();
        return child == null
                ? place
                : here(
                        place,
                        new Happening(
                                happening.place(),
                                happening.kind(),
                                new GroupEvent.RestartAsked(child.id())),
                        time);
    }

    private Place here(Place place, Happening happening, SimulatedTime time) {
        GroupEvent event = happening.event();
        Group group = place.group();
        if (group == null) {
            Child child =
                    Child.fresh(
                            ComponentId.of("dynamic", "c" + happening.place()),
                            happening.kind(),
                            time.now());
            Group fresh = Group.of(Strategy.DYNAMIC, INTENSITY, Mode.OPEN, List.of(child));
            return after(Place.EMPTY, fresh, new GroupEvent.Open(), time);
        }
        boolean isRemoval = event instanceof GroupEvent.Close;
        boolean isLost = isRemoval && plant.equals(LOSE_A_REMOVAL);
        Place asked =
                isRemoval
                        ? new Place(group, true, place.runs(), place.restarts(), List.of())
                        : place;
        return event == null || isLost ? asked : after(asked, group, event, time);
    }

    private static Place after(Place place, Group group, GroupEvent event, SimulatedTime time) {
        Child before = group.children().getFirst();
        GroupDecision.Outcome outcome = DECISION.step(group, event, Now.of(time));
        List<Long> restarts = new ArrayList<>(place.restarts());
        if (event instanceof GroupEvent.RestartAsked) {
            restarts.clear(); // what it failed before is forgiven
        }
        restarts.removeIf(it -> time.nanos() - it >= INTENSITY.period().toNanos());
        int runs = place.runs() - (ends(event, before) ? 1 : 0);
        for (GroupEffect effect : outcome.effects()) {
            if (effect instanceof GroupEffect.StartRun) {
                runs++;
            }
            if (effect instanceof GroupEffect.Tell tell
                    && tell.event() instanceof SupervisionEvent.Failed failed
                    && failed.advice() instanceof RestartAdvice.After) {
                restarts.add(time.nanos());
            }
        }
        boolean isClosed =
                outcome.effects().stream().anyMatch(GroupEffect.Closed.class::isInstance);
        return new Place(
                isClosed ? null : outcome.group(),
                !isClosed && place.isRemoved(),
                runs,
                isClosed ? List.of() : List.copyOf(restarts),
                outcome.effects());
    }

    /** Whether the run that is there is over with this event. */
    private static boolean ends(GroupEvent event, Child child) {
        return switch (event) {
            case GroupEvent.StartFailed it ->
                    it.run() == child.run() && child.phase() == Phase.STARTING;
            case GroupEvent.Stopped it ->
                    it.run() == child.run() && child.phase() == Phase.STOPPING;
            default -> false;
        };
    }

    // ---- rules ----

    private static @Nullable String hasAFateOfItsOwn(Simulation.Moment<World, Happening> moment) {
        for (int i = 0; i < PLACES; i++) {
            Place after = moment.after().places().get(i);
            boolean isElsewhere = i != moment.event().place();
            if (isElsewhere && !after.equals(moment.before().places().get(i).still())) {
                return "child " + i + " shares what happens to " + moment.event().place();
            }
        }
        return null;
    }

    private static @Nullable String oneRunAtATime(Simulation.Moment<World, Happening> moment) {
        for (Place place : moment.after().places()) {
            int most = place.group() == null ? 0 : 1;
            if (place.runs() < 0 || place.runs() > most) {
                return place.runs() + " runs of one child: " + place;
            }
        }
        return null;
    }

    /** Who was removed stops, and does not start again. */
    private static @Nullable String goneIsGone(Simulation.Moment<World, Happening> moment) {
        Place place = moment.after().places().get(moment.event().place());
        boolean starts = place.done().stream().anyMatch(GroupEffect.StartRun.class::isInstance);
        if (place.isRemoved() && starts) {
            return "a child that was removed starts";
        }
        Child child = place.child();
        return place.isRemoved() && child != null && child.phase() == Phase.UP
                ? "a child that was removed goes on"
                : null;
    }

    /** A child is given up after so many restarts, alone, and not before. */
    private static @Nullable String withinIntensity(Simulation.Moment<World, Happening> moment) {
        int at = moment.event().place();
        Place place = moment.after().places().get(at);
        if (place.restarts().size() > INTENSITY.restarts()) {
            return place.restarts().size() + " restarts within the period";
        }
        boolean isGivenUp = place.done().stream().anyMatch(GroupEffect.Escalate.class::isInstance);
        int known = moment.before().places().get(at).restarts().size();
        boolean failsToOpen =
                place.done().stream().anyMatch(GroupEffect.OpenFailed.class::isInstance);
        return failsToOpen || (isGivenUp && known < INTENSITY.restarts())
                ? "given up after " + known + " restarts"
                : null;
    }

    private static @Nullable String endedIsForgotten(Simulation.Moment<World, Happening> moment) {
        Place place = moment.after().places().get(moment.event().place());
        Child child = place.child();
        boolean isOver =
                child != null && child.target() == Target.ENDED && child.phase() == Phase.DOWN;
        return isOver ? "a child that came to its end is still there" : null;
    }

    private static @Nullable String neverStuck(Simulation.Moment<World, Happening> moment) {
        Place place = moment.after().places().get(moment.event().place());
        Child child = place.child();
        boolean isIdle =
                child != null
                        && place.group() != null
                        && place.group().pauseEnd() == null
                        && child.phase() == Phase.DOWN;
        return isIdle ? "a child is down, and nothing is done about it" : null;
    }
}
