package io.erlmcp.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs a pure decision, {@code step(state, event, now)}, through random events on a simulated
 * clock, for many seeds, and checks rules after each step. A failure names the seed and shows the
 * trace; the same seed gives the same run.
 *
 * @param <S> the state; immutable, or owned by one run
 * @param <E> the events
 */
public final class Simulation<S, E> {
    /** The decision under test. */
    @FunctionalInterface
    public interface Step<S, E> {
        S next(S state, E event, SimulatedTime time);
    }

    /** One step of a run. */
    public record Moment<S, E>(Duration at, S before, E event, S after) {
        @Override
        public String toString() {
            return "%9.3f s  %s  --%s-->  %s".formatted(at.toNanos() / 1e9, before, event, after);
        }
    }

    private final Supplier<S> start;
    private final BiFunction<S, RandomGenerator, E> events;
    private final Step<S, E> step;
    private final List<Function<Moment<S, E>, @Nullable String>> rules = new ArrayList<>();
    private Duration maxPause = Duration.ofSeconds(1);

    private Simulation(
            Supplier<S> start, BiFunction<S, RandomGenerator, E> events, Step<S, E> step) {
        this.start = start;
        this.events = events;
        this.step = step;
    }

    /**
     * @param events what may happen next in a state
     */
    public static <S, E> Simulation<S, E> of(
            Supplier<S> start, BiFunction<S, RandomGenerator, E> events, Step<S, E> step) {
        return new Simulation<>(start, events, step);
    }

    /** Adds a rule; it returns what is wrong with a step, or null. */
    public Simulation<S, E> rule(Function<Moment<S, E>, @Nullable String> rule) {
        rules.add(rule);
        return this;
    }

    /** The longest time between two events; one second unless set. */
    public Simulation<S, E> maxPause(Duration pause) {
        maxPause = pause;
        return this;
    }

    /** Runs {@code seeds} runs of {@code steps} steps, from seed {@code first} on. */
    public void run(long first, int seeds, int steps) {
        for (long seed = first; seed < first + seeds; seed++) {
            trace(seed, steps);
        }
    }

    /** One run, with what happened. */
    public List<Moment<S, E>> trace(long seed, int steps) {
        SplittableRandom random = new SplittableRandom(seed);
        SimulatedTime time = new SimulatedTime();
        List<Moment<S, E>> trace = new ArrayList<>();
        S state = start.get();
        for (int i = 0; i < steps; i++) {
            time.advance(Duration.ofNanos(random.nextLong(maxPause.toNanos() + 1)));
            E event = events.apply(state, random);
            Moment<S, E> moment =
                    new Moment<>(
                            Duration.ofNanos(time.nanos()),
                            state,
                            event,
                            step.next(state, event, time));
            trace.add(moment);
            check(seed, trace);
            state = moment.after();
        }
        return trace;
    }

    private void check(long seed, List<Moment<S, E>> trace) {
        for (Function<Moment<S, E>, @Nullable String> rule : rules) {
            String fault = rule.apply(trace.getLast());
            if (fault != null) {
                StringBuilder text = new StringBuilder("seed " + seed + ": " + fault);
                trace.forEach(moment -> text.append("\n  ").append(moment));
                throw new AssertionError(text.toString());
            }
        }
    }
}
