package io.erlmcp.bench;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What was counted in one run, or in several of one plan. One thread. */
final class Tally {
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final int DIGITS = 3;
    private static final int MAX_KINDS = 20;

    private final Histogram latencies = new Histogram(LONGEST_NANOS, DIGITS);
    private final Map<String, Long> errors = new TreeMap<>();
    private final Map<String, Long> wrong = new TreeMap<>();
    private Duration measured = Duration.ZERO;
    private Optional<Duration> serverUsed = Optional.of(Duration.ZERO);
    private Optional<Duration> loadUsed = Optional.of(Duration.ZERO);
    private long finished;
    private long unanswered;

    void latency(long nanos) {
        latencies.recordValue(Math.clamp(nanos, 0, LONGEST_NANOS));
    }

    void finished() {
        finished++;
    }

    void error(String kind) {
        count(errors, kind, 1);
    }

    void wrong(String what) {
        count(wrong, what, 1);
    }

    void unanswered(long count) {
        unanswered += count;
    }

    private static void count(Map<String, Long> kinds, String kind, long count) {
        String key = kinds.containsKey(kind) || kinds.size() < MAX_KINDS ? kind : "others";
        kinds.merge(key, count, Long::sum);
    }

    /** A run is over: how long it counted, and what processor time both sides used meanwhile. */
    void over(Duration length, Optional<Duration> server, Optional<Duration> load) {
        measured = measured.plus(length);
        serverUsed = sum(serverUsed, server);
        loadUsed = sum(loadUsed, load);
    }

    /** Not known as soon as one of both is not. */
    private static Optional<Duration> sum(Optional<Duration> one, Optional<Duration> other) {
        return one.flatMap(some -> other.map(some::plus));
    }

    void add(Tally other) {
        latencies.add(other.latencies);
        other.errors.forEach((kind, count) -> count(errors, kind, count));
        other.wrong.forEach((kind, count) -> count(wrong, kind, count));
        finished += other.finished;
        unanswered += other.unanswered;
        over(other.measured, other.serverUsed, other.loadUsed);
    }

    double p99Millis() {
        return latencies.getValueAtPercentile(99) / 1e6;
    }

    long errors() {
        return sum(errors);
    }

    long wrong() {
        return sum(wrong);
    }

    private static long sum(Map<String, Long> kinds) {
        return kinds.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Right answers a second. */
    double perSecond() {
        return finished / (measured.toNanos() / 1e9);
    }

    BenchReport report(BenchPlan plan) {
        return new BenchReport(
                plan,
                BenchReport.Latencies.of(latencies),
                perSecond(),
                errors,
                wrong,
                unanswered,
                microsEach(serverUsed),
                microsEach(loadUsed));
    }

    /** Microseconds for each answer; empty where it cannot be known. */
    private Optional<Double> microsEach(Optional<Duration> used) {
        return finished == 0 ? Optional.empty() : used.map(it -> it.toNanos() / 1e3 / finished);
    }
}
