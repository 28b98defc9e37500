package io.erlmcp.reliability;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.recovery.Condition;
import io.erlmcp.recovery.ErrorText;
import io.erlmcp.recovery.FailureClass;
import io.erlmcp.recovery.FailureFacts;
import io.erlmcp.recovery.PlanStep;
import io.erlmcp.recovery.RecoveryEffect;
import io.erlmcp.recovery.RecoveryEvent;
import io.erlmcp.recovery.RecoveryInput;
import io.erlmcp.recovery.RecoveryLimits;
import io.erlmcp.recovery.RecoveryState;
import io.erlmcp.recovery.RecoveryStep;
import io.erlmcp.recovery.RestartLimits;
import io.erlmcp.recovery.StepResult;
import io.erlmcp.supervision.Failure;
import io.erlmcp.supervision.Intensity;
import io.erlmcp.supervision.Now;
import io.erlmcp.supervision.RestartAdvice;
import io.erlmcp.supervision.RestartPause;
import io.erlmcp.testkit.SimulatedTime;
import io.erlmcp.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The decisions of recovery among components that fail for all kinds of reasons, run for a while or
 * not, have breakers that are open, and are resumed by operators when they are halted.
 */
final class RecoveryModel {
    static final String HALT_ONE_LATE = "halt-one-late";
    static final String IGNORE_THE_BREAKER = "ignore-the-breaker";
    static final String RESTART_AFTER_A_HALT = "restart-after-a-halt";

    private static final Intensity INTENSITY = new Intensity(3, Duration.ofSeconds(20));
    private static final RestartPause PAUSE =
            new RestartPause(Duration.ofMillis(100), Duration.ofSeconds(5));
    private static final RecoveryLimits LIMITS =
            new RecoveryLimits(
                    5,
                    2,
                    1,
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(5),
                    RecoveryLimits.DEFAULTS.bundles());
    private static final List<ComponentId> IDS =
            List.of(ComponentId.of("a"), ComponentId.of("b"), ComponentId.of("c"));
    private static final List<ErrorText> ERRORS =
            List.of(
                    new ErrorText("odd", "odd", ErrorText.Hint.NONE),
                    new ErrorText("strange", "strange", ErrorText.Hint.NONE),
                    new ErrorText("timed out", "timed out", ErrorText.Hint.TRANSIENT),
                    new ErrorText("not found", "not found", ErrorText.Hint.PERSISTENT),
                    new ErrorText("no memory", "no memory", ErrorText.Hint.RESOURCE));

    private final String plant;
    private final RecoveryStep step = new RecoveryStep(LIMITS);

    RecoveryModel(@Nullable String plant) {
        this.plant = plant == null ? "" : plant;
    }

    /** What happens to a component. */
    sealed interface Happening {
        int component();

        record Fails(int component, int error, boolean isBreakerOpen) implements Happening {}

        /** The pause is over, or an operator resumes it. */
        record Starts(int component) implements Happening {}

        /** A timer of this run, or of one before, has come. */
        record TimerComes(int component, boolean isLate) implements Happening {}

        record LookEnds(int component, boolean isKept) implements Happening {}
    }

    /**
     * A component as its supervisor sees it.
     *
     * @param restarts within the period, in nanoseconds
     */
    record Child(boolean isUp, boolean isHalted, long upSince, int inRow, List<Long> restarts) {
        static final Child FRESH = new Child(true, false, 0, 0, List.of());
    }

    /**
     * Everything.
     *
     * @param advice of this step; null for none
     * @param refused how long the breaker of what failed was open
     * @param effects of this step
     */
    record World(
            RecoveryState state,
            List<Child> children,
            @Nullable RestartAdvice advice,
            Duration refused,
            List<RecoveryEffect> effects) {}

    Simulation<World, Happening> simulation() {
        return Simulation.of(RecoveryModel::fresh, RecoveryModel::next, this::step)
                .rule(RecoveryModel::withinIntensity)
                .rule(RecoveryModel::haltsAtTheEdge)
                .rule(RecoveryModel::waitsForTheBreaker)
                .rule(RecoveryModel::isBounded)
                .rule(RecoveryModel::oneRestartAFailure)
                .rule(RecoveryModel::skipsOnlyAfterSuccess)
                .rule(RecoveryModel::nothingOpenWhenHalted)
                .maxPause(Duration.ofSeconds(1));
    }

    private static World fresh() {
        return new World(
                RecoveryState.EMPTY,
                List.of(Child.FRESH, Child.FRESH, Child.FRESH),
                null,
                Duration.ZERO,
                List.of());
    }

    private static Happening next(World world, RandomGenerator random) {
        int component = random.nextInt(IDS.size());
        Child child = world.children().get(component);
        int dice = random.nextInt(10);
        if (dice == 0) {
            return new Happening.LookEnds(component, random.nextBoolean());
        }
        if (!child.isUp()) {
            return new Happening.Starts(component);
        }
        // few kinds of errors for each component, so that they come back
        int error = dice < 4 ? component : random.nextInt(ERRORS.size());
        return dice < 8
                ? new Happening.Fails(component, error, random.nextInt(5) == 0)
                : new Happening.TimerComes(component, random.nextBoolean());
    }

    private World step(World world, Happening happening, SimulatedTime time) {
        int at = happening.component();
        Child child = world.children().get(at);
        Now now = Now.of(time);
        return switch (happening) {
            case Happening.Fails it -> child.isUp() ? fails(world, it, time) : unchanged(world);
            case Happening.Starts it -> child.isUp() ? unchanged(world) : starts(world, at, now);
            case Happening.TimerComes it ->
                    with(
                            world,
                            at,
                            child,
                            step.step(
                                    world.state(),
                                    new RecoveryInput.Due(
                                            IDS.get(at),
                                            it.isLate() ? child.upSince() - 1 : child.upSince()),
                                    // a timer does not come before its time
                                    later(now, child.upSince() + INTENSITY.period().toNanos())));
            case Happening.LookEnds it ->
                    with(
                            world,
                            at,
                            child,
                            step.step(
                                    world.state(),
                                    new RecoveryInput.Investigated(
                                            IDS.get(at), FailureClass.UNKNOWN, it.isKept()),
                                    now));
        };
    }

    private static Now later(Now now, long nanos) {
        return now.nanos() >= nanos ? now : new Now(nanos, now.wall());
    }

    private static World unchanged(World world) {
        return new World(world.state(), world.children(), null, Duration.ZERO, List.of());
    }

    private static World with(World world, int at, Child child, RecoveryStep.Outcome outcome) {
        List<Child> children = new ArrayList<>(world.children());
        children.set(at, child);
        return new World(
                outcome.state(), List.copyOf(children), null, Duration.ZERO, outcome.effects());
    }

    private World starts(World world, int at, Now now) {
        Child child = world.children().get(at);
        RecoveryState state = world.state();
        if (child.isHalted()) {
            state = step.step(state, new RecoveryInput.Resumed(IDS.get(at)), now).state();
        }
        RecoveryStep.Outcome outcome =
                step.step(state, new RecoveryInput.Started(IDS.get(at)), now);
        return with(
                world,
                at,
                new Child(
                        true,
                        false,
                        now.nanos(),
                        child.isHalted() ? 0 : child.inRow(),
                        child.isHalted() ? List.of() : child.restarts()),
                outcome);
    }

    private World fails(World world, Happening.Fails failing, SimulatedTime time) {
        int at = failing.component();
        Child child = world.children().get(at);
        Now now = Now.of(time);
        List<Long> restarts = new ArrayList<>(child.restarts());
        restarts.removeIf(it -> now.nanos() - it >= INTENSITY.period().toNanos());
        boolean ranLong = now.nanos() - child.upSince() >= INTENSITY.period().toNanos();
        int inRow = ranLong ? 1 : child.inRow() + 1;
        Duration refused = failing.isBreakerOpen() ? Duration.ofSeconds(9) : Duration.ZERO;
        FailureFacts facts =
                new FailureFacts(
                        new Failure(IDS.get(at), now.wall(), null, restarts.size(), inRow),
                        ERRORS.get(failing.error()),
                        new RestartLimits(intensity(), PAUSE),
                        plant.equals(IGNORE_THE_BREAKER) ? Duration.ZERO : refused,
                        at == 1 ? List.of(IDS.getFirst()) : List.of());
        RestartAdvice advice = step.advise(world.state(), facts, now);
        RecoveryStep.Outcome outcome =
                step.step(world.state(), new RecoveryInput.Failed(facts, advice), now);
        if (advice instanceof RestartAdvice.After) {
            restarts.add(now.nanos());
        }
        boolean isHalted =
                advice instanceof RestartAdvice.Halt && !plant.equals(RESTART_AFTER_A_HALT);
        World after =
                with(
                        world,
                        at,
                        new Child(false, isHalted, child.upSince(), inRow, List.copyOf(restarts)),
                        outcome);
        return new World(after.state(), after.children(), advice, refused, after.effects());
    }

    private Intensity intensity() {
        return plant.equals(HALT_ONE_LATE)
                ? new Intensity(INTENSITY.restarts() + 1, INTENSITY.period())
                : INTENSITY;
    }

    // ---- rules ----

    private static @Nullable String withinIntensity(Simulation.Moment<World, Happening> moment) {
        for (Child child : moment.after().children()) {
            if (child.restarts().size() > INTENSITY.restarts()) {
                return child.restarts().size() + " restarts within the period";
            }
        }
        return null;
    }

    /** What is advised, and what is ordered beside, are the same; and neither comes too soon. */
    private static @Nullable String haltsAtTheEdge(Simulation.Moment<World, Happening> moment) {
        World after = moment.after();
        boolean isOrdered =
                after.effects().stream().anyMatch(RecoveryEffect.Halt.class::isInstance);
        boolean isAdvised = after.advice() instanceof RestartAdvice.Halt;
        if (isOrdered != isAdvised) {
            return "advised to halt: " + isAdvised + ", halted: " + isOrdered;
        }
        Child child = after.children().get(moment.event().component());
        return isAdvised && child.restarts().size() < INTENSITY.restarts()
                ? "halted after " + child.restarts().size() + " restarts within the period"
                : null;
    }

    private static @Nullable String waitsForTheBreaker(Simulation.Moment<World, Happening> moment) {
        return moment.after().advice() instanceof RestartAdvice.After after
                        && after.pause().compareTo(moment.after().refused()) < 0
                ? "started again in " + after.pause() + ", while its breaker is open"
                : null;
    }

    private static @Nullable String isBounded(Simulation.Moment<World, Happening> moment) {
        RecoveryState state = moment.after().state();
        int longest =
                state.components().values().stream()
                        .mapToInt(it -> it.history().size())
                        .max()
                        .orElse(0);
        return longest > LIMITS.history()
                        || state.components().size() > LIMITS.components()
                        || state.upSinceNanos().size() > LIMITS.components()
                        || state.recent().size() > 100
                ? "too much is remembered: " + longest + ", " + state.components().keySet()
                : null;
    }

    private static Map<StepResult, List<PlanStep>> results(World world) {
        Map<StepResult, List<PlanStep>> results = new HashMap<>();
        for (RecoveryEffect effect : world.effects()) {
            if (effect instanceof RecoveryEffect.Tell tell
                    && tell.event() instanceof RecoveryEvent.StepExecuted it) {
                results.computeIfAbsent(it.result(), key -> new ArrayList<>()).add(it.step());
            }
        }
        return results;
    }

    private static @Nullable String oneRestartAFailure(Simulation.Moment<World, Happening> moment) {
        List<PlanStep> started =
                results(moment.after()).getOrDefault(StepResult.STARTED, List.of()).stream()
                        .filter(it -> it == PlanStep.ATTEMPT || it == PlanStep.DEGRADE)
                        .toList();
        boolean isOver = moment.after().advice() instanceof RestartAdvice.Halt;
        return started.size() > (isOver ? 0 : 1) ? "restarts in one step: " + started : null;
    }

    private static @Nullable String skipsOnlyAfterSuccess(
            Simulation.Moment<World, Happening> moment) {
        Map<StepResult, List<PlanStep>> results = results(moment.after());
        List<PlanStep> skipped =
                results.getOrDefault(StepResult.SKIPPED, List.of()).stream()
                        .filter(it -> it != PlanStep.INVESTIGATE)
                        .toList();
        return !skipped.isEmpty() && !results.containsKey(StepResult.SUCCEEDED)
                ? "left out without a reason: " + skipped
                : null;
    }

    /** What is halted waits for an operator: it has no plan, and it does not run. */
    private static @Nullable String nothingOpenWhenHalted(
            Simulation.Moment<World, Happening> moment) {
        World after = moment.after();
        for (int i = 0; i < IDS.size(); i++) {
            var known = after.state().components().get(IDS.get(i));
            if (known != null && known.condition() == Condition.HALTED) {
                if (known.plan() != null) {
                    return IDS.get(i) + " is halted, and has a plan";
                }
                if (!after.children().get(i).isHalted()) {
                    return IDS.get(i) + " is halted, and goes on";
                }
            }
        }
        return null;
    }
}
