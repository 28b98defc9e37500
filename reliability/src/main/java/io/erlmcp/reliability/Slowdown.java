package io.erlmcp.reliability;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What faults cost others: each is measured between two quiet times, and may at most double the
 * 99th percentile of what calls took in both of them together.
 */
final class Slowdown {
    static final int MOST = 2;
    private static final double SHARE = 0.99;

    /** What calls took beside a fault, and might have taken. */
    private record Fault(String name, long micros, long limitMicros) {}

    private final List<Fault> faults = new ArrayList<>();
    private final List<Long> quietMicros = new ArrayList<>();
    private SteadyCalls.Times lastQuiet;

    Slowdown(SteadyCalls.Times quiet) {
        lastQuiet = quiet;
        quietMicros.add(quiet.micros(SHARE));
    }

    /**
     * Adds what was measured beside a fault, and in the quiet time after it.
     *
     * @return what the fault may cost
     */
    long add(String name, SteadyCalls.Times beside, SteadyCalls.Times quiet) {
        long limit = MOST * lastQuiet.with(quiet).micros(SHARE);
        faults.add(new Fault(name, beside.micros(SHARE), limit));
        quietMicros.add(quiet.micros(SHARE));
        lastQuiet = quiet;
        return limit;
    }

    long leastQuietMicros() {
        return quietMicros.stream().mapToLong(it -> it).min().orElse(0);
    }

    long mostQuietMicros() {
        return quietMicros.stream().mapToLong(it -> it).max().orElse(0);
    }

    /** Why nothing can be said: quiet times that differ as much as a fault may cost. */
    Optional<String> noise() {
        long least = leastQuietMicros();
        long most = mostQuietMicros();
        return most <= MOST * least
                ? Optional.empty()
                : Optional.of(
                        "the machine is not quiet: p99 alone between %,d and %,d us"
                                .formatted(least, most));
    }

    /** The faults that cost too much. */
    List<String> failures() {
        return faults.stream()
                .filter(it -> it.micros() > it.limitMicros())
                .map(it -> text(it, it.limitMicros()))
                .toList();
    }

    /**
     * Those that cost too much whatever the noise: more than beside the worst of the quiet times.
     */
    List<String> certainFailures() {
        long limit = MOST * mostQuietMicros();
        return faults.stream()
                .filter(it -> it.micros() > limit)
                .map(it -> text(it, limit))
                .toList();
    }

    private static String text(Fault fault, long limit) {
        return "beside %s: p99 %,d us, at most %,d".formatted(fault.name(), fault.micros(), limit);
    }
}
