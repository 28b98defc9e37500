package io.erlmcp.reliability;

import io.erlmcp.resilience.BreakerConfig;
import io.erlmcp.resilience.BreakerRules;
import io.erlmcp.resilience.BreakerRules.Input;
import io.erlmcp.resilience.BreakerState;
import io.erlmcp.supervision.Strategy;
import io.erlmcp.testkit.SimulatedTime;
import io.erlmcp.testkit.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * R30: the pure decisions of supervisors, circuit breakers, recovery, the andon cord, stops in
 * order and the guardian, run through random events on a simulated clock.
 */
final class SimulatedDecisions implements Guarantee {
    private static final String ONE_PROBE_MORE = "one-probe-more";
    private static final int STEPS = 100;
    private static final BreakerConfig BREAKER = BreakerConfig.DEFAULTS;

    @Override
    public String id() {
        return "R30";
    }

    @Override
    public String title() {
        return "simulated decisions keep their rules, and the same seed gives the same trace";
    }

    @Override
    public List<String> plants() {
        return List.of(
                SupervisionModel.ONE_RESTART_MORE,
                SupervisionModel.IGNORE_THE_GATE,
                SupervisionModel.LOSE_A_STOP,
                ONE_PROBE_MORE,
                RecoveryModel.HALT_ONE_LATE,
                RecoveryModel.IGNORE_THE_BREAKER,
                RecoveryModel.RESTART_AFTER_A_HALT,
                DynamicModel.SHARE_A_FATE,
                DynamicModel.LOSE_A_REMOVAL,
                AndonModel.ALWAYS_INSIST,
                AndonModel.FORGET_A_HALT,
                DrainModel.CUT_AT_ONCE,
                DrainModel.NEVER_GIVE_UP,
                GuardianModel.TOO_SOON,
                GuardianModel.NO_BAND);
    }

    @Override
    public void run(Trial trial, Findings findings) {
        String plant = trial.plant();
        SupervisionModel model = new SupervisionModel(plant);
        for (Strategy strategy :
                List.of(Strategy.ONE_FOR_ONE, Strategy.ONE_FOR_ALL, Strategy.REST_FOR_ONE)) {
            play("supervisor", model.simulation(strategy), trial, findings);
        }
        play("dynamic", new DynamicModel(plant).simulation(), trial, findings);
        play("breaker", breaker(trial.isPlanted(ONE_PROBE_MORE)), trial, findings);
        play("recovery", new RecoveryModel(plant).simulation(), trial, findings);
        play("andon", new AndonModel(plant).simulation(), trial, findings);
        play("drain", new DrainModel(plant).simulation(), trial, findings);
        play("guardian", new GuardianModel(plant).simulation(), trial, findings);
    }

    private static <S, E> void play(
            String name, Simulation<S, E> simulation, Trial trial, Findings findings) {
        seeds(trial).forEach(seed -> play(name, simulation, seed, findings));
    }

    private static LongStream seeds(Trial trial) {
        long first = trial.seed() * 1_000_003;
        return LongStream.range(first, first + trial.pick(200, 500, 10_000));
    }

    /** Plays a seed twice: both runs keep the rules and go the same way. */
    private static <S, E> void play(
            String name, Simulation<S, E> simulation, long seed, Findings findings) {
        try {
            List<String> trace = words(simulation.trace(seed, STEPS));
            findings.check(
                    trace.equals(words(simulation.trace(seed, STEPS))),
                    name + ": seed " + seed + " goes another way the second time");
            findings.count(name + "_seeds", 1);
        } catch (AssertionError broken) {
            findings.fail(
                    name
                            + ": "
                            + String.valueOf(broken.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private static <S, E> List<String> words(List<Simulation.Moment<S, E>> trace) {
        return trace.stream().map(Simulation.Moment::toString).toList();
    }

    /**
     * A breaker with what its callers hold.
     *
     * @param probes let through in this generation and not given back
     */
    private record Calls(BreakerState state, int probes, boolean passed) {
        @Override
        public String toString() {
            return state.word() + ' ' + state.generation() + ", " + probes + " probes, " + passed;
        }
    }

    private static Simulation<Calls, Input> breaker(boolean oneMore) {
        BreakerConfig config =
                oneMore
                        ? new BreakerConfig(
                                BREAKER.failures(),
                                BREAKER.openFor(),
                                BREAKER.probes() + 1,
                                BREAKER.window(),
                                BREAKER.minSamples(),
                                BREAKER.maxErrorRate(),
                                BREAKER.maxP95())
                        : BREAKER;
        return Simulation.of(
                        () -> new Calls(BreakerRules.initial(), 0, false),
                        SimulatedDecisions::next,
                        (Calls calls, Input input, SimulatedTime time) -> {
                            BreakerRules.Step step =
                                    BreakerRules.step(config, calls.state(), input, time.nanos());
                            return after(calls, input, step);
                        })
                .rule(
                        moment ->
                                moment.after().probes() > BREAKER.probes()
                                        ? moment.after().probes() + " probes at once"
                                        : null)
                .rule(SimulatedDecisions::refusesWhileOpen)
                .maxPause(Duration.ofSeconds(10));
    }

    private static Calls after(Calls calls, Input input, BreakerRules.Step step) {
        boolean isHalfOpen = step.state() instanceof BreakerState.HalfOpen;
        boolean isSame = step.state().generation() == calls.state().generation();
        int probes = isHalfOpen && isSame ? calls.probes() : 0;
        if (isHalfOpen && step.passes()) {
            probes++;
        }
        if (input instanceof Input.GivenUp given
                && isHalfOpen
                && given.generation() == step.state().generation()) {
            probes--;
        }
        return new Calls(step.state(), probes, step.passes());
    }

    private static Input next(Calls calls, RandomGenerator random) {
        long generation = calls.state().generation() - (random.nextInt(10) == 0 ? 1 : 0);
        int dice = random.nextInt(10);
        if (dice == 9 && calls.probes() > 0) {
            return new Input.GivenUp(calls.state().generation());
        }
        return dice < 5
                ? new Input.Ask()
                : dice < 7
                        ? new Input.Succeeded(generation, 1_000)
                        : new Input.Failed(generation, 1_000);
    }

    private static @Nullable String refusesWhileOpen(Simulation.Moment<Calls, Input> moment) {
        boolean isOpen = moment.after().state() instanceof BreakerState.Open;
        return isOpen && moment.after().passed() ? "an open breaker let a call through" : null;
    }
}
