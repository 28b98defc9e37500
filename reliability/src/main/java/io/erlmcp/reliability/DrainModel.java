package io.erlmcp.reliability;

import io.erlmcp.andon.DrainStep;
import io.erlmcp.andon.Phase;
import io.erlmcp.testkit.SimulatedTime;
import io.erlmcp.testkit.Simulation;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A stop in order, with calls that end, calls that only end when they are cut, and calls that do
 * not even then; somebody may lose patience.
 */
final class DrainModel {
    static final String CUT_AT_ONCE = "cut-at-once";
    static final String NEVER_GIVE_UP = "never-give-up";

    private static final Duration DRAINING = Duration.ofSeconds(30);
    private static final Duration HALTING = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final int MOST_CALLS = 6;

    private final String plant;

    DrainModel(@Nullable String plant) {
        this.plant = plant == null ? "" : plant;
    }

    /** What happens. */
    enum Kind {
        /** The stop is asked for. */
        BEGIN,
        LOOK,
        FORCE,
        CALL_ENDS
    }

    /**
     * What happens.
     *
     * @param draw at the beginning, what runs
     */
    record Happening(Kind kind, int draw) {
        static Happening of(Kind kind) {
            return new Happening(kind, 0);
        }
    }

    /**
     * A stop and what runs.
     *
     * @param state null before it is asked for
     * @param now in nanoseconds
     * @param willing calls that end by themselves
     * @param cuttable calls that end when they are cut
     * @param stubborn calls that do not end
     * @param isForced whether somebody lost patience in this step
     */
    record World(
            DrainStep.@Nullable State state,
            long now,
            int willing,
            int cuttable,
            int stubborn,
            int cuts,
            int ends,
            boolean isForced) {
        int running() {
            return willing + cuttable + stubborn;
        }

        Phase phase() {
            return state == null ? Phase.RUNNING : state.phase();
        }
    }

    Simulation<World, Happening> simulation() {
        return Simulation.of(
                        () -> new World(null, 0, 0, 0, 0, 0, 0, false),
                        DrainModel::next,
                        this::step)
                .rule(DrainModel::goesForward)
                .rule(DrainModel::cutsOnceAndNotTooSoon)
                .rule(DrainModel::endsOnceAndInTime)
                .rule(DrainModel::counts)
                .maxPause(LONGEST_PAUSE);
    }

    private static Happening next(World world, RandomGenerator random) {
        if (world.state() == null) {
            return new Happening(Kind.BEGIN, random.nextInt(MOST_CALLS * MOST_CALLS * MOST_CALLS));
        }
        int dice = random.nextInt(60);
        if (dice == 0) {
            return Happening.of(Kind.FORCE);
        }
        boolean isEnd = dice < 10 && world.willing() > 0;
        return Happening.of(isEnd ? Kind.CALL_ENDS : Kind.LOOK);
    }

    private World step(World world, Happening event, SimulatedTime time) {
        DrainStep.State state = world.state();
        if (state == null) {
            return begin(event.draw(), time.nanos());
        }
        if (event.kind() == Kind.CALL_ENDS) {
            return with(world, state, time, world.willing() - 1, false);
        }
        boolean isForced = event.kind() == Kind.FORCE;
        DrainStep.Input input =
                isForced || plant.equals(CUT_AT_ONCE)
                        ? new DrainStep.Input.Forced(world.running())
                        : new DrainStep.Input.Looked(world.running());
        DrainStep.Step step = DrainStep.step(state, input, time.nanos());
        World after = with(world, step.state(), time, world.willing(), isForced);
        return switch (step.effect()) {
            case NOTHING -> after;
            case CUT ->
                    new World(
                            after.state(),
                            after.now(),
                            0,
                            0,
                            after.stubborn(),
                            after.cuts() + 1,
                            after.ends(),
                            isForced);
            case FINISH ->
                    new World(
                            after.state(),
                            after.now(),
                            after.willing(),
                            after.cuttable(),
                            after.stubborn(),
                            after.cuts(),
                            after.ends() + 1,
                            isForced);
        };
    }

    private World begin(int draw, long now) {
        int willing = draw % MOST_CALLS;
        int cuttable = draw / MOST_CALLS % MOST_CALLS / 3;
        int stubborn = draw / MOST_CALLS / MOST_CALLS % MOST_CALLS / 4;
        Duration halting = plant.equals(NEVER_GIVE_UP) ? HALTING.multipliedBy(10) : HALTING;
        int running = willing + cuttable + stubborn;
        return new World(
                DrainStep.begin(now, DRAINING, halting, running),
                now,
                willing,
                cuttable,
                stubborn,
                0,
                0,
                false);
    }

    private static World with(
            World world, DrainStep.State state, SimulatedTime time, int willing, boolean isForced) {
        return new World(
                state,
                time.nanos(),
                willing,
                world.cuttable(),
                world.stubborn(),
                world.cuts(),
                world.ends(),
                isForced);
    }

    // ---- rules ----

    private static @Nullable String goesForward(Simulation.Moment<World, Happening> moment) {
        Phase was = moment.before().phase();
        Phase is = moment.after().phase();
        return is.compareTo(was) < 0 ? "it goes back from " + was + " to " + is : null;
    }

    private static @Nullable String cutsOnceAndNotTooSoon(
            Simulation.Moment<World, Happening> moment) {
        World before = moment.before();
        World after = moment.after();
        DrainStep.State state = after.state();
        if (after.cuts() == before.cuts() || state == null) {
            return null;
        }
        if (after.cuts() > 1) {
            return "what runs is cut twice";
        }
        boolean isUp = after.now() - state.startedNanos() >= DRAINING.toNanos();
        return isUp || after.isForced() ? null : "what runs is cut before its time is up";
    }

    private static @Nullable String endsOnceAndInTime(Simulation.Moment<World, Happening> moment) {
        World after = moment.after();
        DrainStep.State state = after.state();
        if (state == null) {
            return null;
        }
        if (after.ends() > 1 || (after.ends() == 1) != (after.phase() == Phase.STOPPED)) {
            return after.phase() + ", and it ended " + after.ends() + " times";
        }
        boolean endsNow = after.ends() > moment.before().ends();
        if (endsNow && after.running() > 0 && after.cuts() == 0) {
            return "it ends while calls run that nobody cut";
        }
        if (endsNow && after.running() > 0 && after.now() - state.untilNanos() < 0) {
            return "it gives up what was cut before its time is up";
        }
        // each phase ends with the first look after its time, and few steps are no look
        Duration most = DRAINING.plus(HALTING).plus(LONGEST_PAUSE.multipliedBy(2 * MOST_CALLS));
        boolean isLate = after.now() - state.startedNanos() > most.toNanos();
        return isLate && after.ends() == 0 ? "it does not come to its end" : null;
    }

    private static @Nullable String counts(Simulation.Moment<World, Happening> moment) {
        DrainStep.State state = moment.after().state();
        return state != null && state.drained() + state.forced() > state.first()
                ? state.drained() + " ended and " + state.forced() + " cut, of " + state.first()
                : null;
    }
}
