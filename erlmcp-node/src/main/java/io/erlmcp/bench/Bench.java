package io.erlmcp.bench;

import io.erlmcp.runtime.Time;
import java.time.Duration;
import java.util.function.Consumer;

/** Runs a plan, or two in turn. */
public final class Bench {
    /** Processor time is counted in hundredths of a second: less would say nothing of it. */
    public static final Duration SHORTEST_TURN = Duration.ofMillis(100);

    /** Until all connections of a turn have had their first answers. */
    private static final Duration TURN_WARMUP = Duration.ofMillis(50);

    private Bench() {}

    /**
     * Puts load on the target until the plan's time is over; blocks until then.
     *
     * @param progress hears once a second how it goes
     * @throws BenchException when the server cannot be reached or opens no session
     */
    public static BenchReport run(BenchPlan plan, Time time, Consumer<String> progress) {
        return switch (plan.target()) {
            case BenchTarget.Http http when plan.workload() == Workload.STREAMS ->
                    new StreamLoad(plan, http, time).run(progress);
            case BenchTarget.Http http ->
                    SocketLoad.http(plan, http, time).run(progress).report(plan);
            case BenchTarget.Duplex duplex ->
                    SocketLoad.duplex(plan, duplex, time).run(progress).report(plan);
            case BenchTarget.Child child -> new StdioLoad(plan, child, time).run(progress);
        };
    }

    /**
     * Puts load on two targets in turn, after the warm-up of each: what disturbs a machine for
     * longer than a turn disturbs both. Each goes first every other time; blocks until all is over.
     *
     * @param beside what the target of {@code plan} is compared with; as long as it
     * @param turns of each, which share its duration
     * @throws IllegalArgumentException when a turn would be shorter than {@link #SHORTEST_TURN}, or
     *     there are none
     * @throws BenchException when a server cannot be reached or opens no session
     */
    public static TurnsReport inTurns(
            BenchPlan plan, BenchPlan beside, int turns, Time time, Consumer<String> progress) {
        if (turns < 1 || plan.duration().dividedBy(turns).compareTo(SHORTEST_TURN) < 0) {
            throw new IllegalArgumentException(
                    "turns: %d of %s have less than %d ms each, or there are none"
                            .formatted(turns, plan.duration(), SHORTEST_TURN.toMillis()));
        }
        turn(plan, plan.warmup(), Duration.ofMillis(1), time, progress);
        turn(beside, plan.warmup(), Duration.ofMillis(1), time, progress);
        Duration length = plan.duration().dividedBy(turns);
        Turns seen = new Turns();
        for (int i = 0; i < turns; i++) {
            boolean isFirst = i % 2 == 1;
            Tally one = isFirst ? turn(plan, TURN_WARMUP, length, time, progress) : null;
            Tally other = turn(beside, TURN_WARMUP, length, time, progress);
            seen.add(one == null ? turn(plan, TURN_WARMUP, length, time, progress) : one, other);
            progress.accept("turn %d of %d: %.2f of it".formatted(i + 1, turns, seen.last()));
        }
        return seen.report(plan, beside);
    }

    private static Tally turn(
            BenchPlan plan,
            Duration warmup,
            Duration length,
            Time time,
            Consumer<String> progress) {
        BenchPlan turn = plan.lasting(warmup, length);
        return switch (plan.target()) {
            case BenchTarget.Http http when plan.workload() != Workload.STREAMS ->
                    SocketLoad.http(turn, http, time).run(progress);
            case BenchTarget.Duplex duplex -> SocketLoad.duplex(turn, duplex, time).run(progress);
            case BenchTarget.Http http -> throw notInTurns();
            case BenchTarget.Child child -> throw notInTurns();
        };
    }

    private static IllegalArgumentException notInTurns() {
        return new IllegalArgumentException(
                "streams and servers over standard streams cannot be measured in turns");
    }
}
