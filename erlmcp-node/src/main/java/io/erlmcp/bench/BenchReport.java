package io.erlmcp.bench;

import io.erlmcp.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What a run found.
 *
 * @param latencies of the right answers, from the intended start
 * @param perSecond right answers that came while it was measured, per second
 * @param errors how often the server said no or a connection broke, by kind
 * @param wrong how often an answer was not the right one, by what it was
 * @param unanswered operations that were meant to start and had no answer at the end
 * @param serverMicros processor time of the server per answer, in microseconds; empty where unknown
 * @param loadMicros processor time of this load generator per answer, in microseconds
 */
public record BenchReport(
        BenchPlan plan,
        Latencies latencies,
        double perSecond,
        Map<String, Long> errors,
        Map<String, Long> wrong,
        long unanswered,
        Optional<Double> serverMicros,
        Optional<Double> loadMicros) {
    public BenchReport {
        errors = Map.copyOf(errors);
        wrong = Map.copyOf(wrong);
    }

    /**
     * How long answers took.
     *
     * @param count how many there were
     * @param micros microseconds by name: p50, p90, p95, p99, p99.9, max, mean
     */
    public record Latencies(long count, Map<String, Double> micros) {
        private static final Map<String, Double> PERCENTILES =
                new TreeMap<>(
                        Map.of("p50", 50.0, "p90", 90.0, "p95", 95.0, "p99", 99.0, "p99.9", 99.9));

        static Latencies of(Histogram nanos) {
            Map<String, Double> micros = new LinkedHashMap<>();
            PERCENTILES.forEach(
                    (name, part) -> micros.put(name, nanos.getValueAtPercentile(part) / 1e3));
            micros.put("max", nanos.getMaxValue() / 1e3);
            micros.put("mean", nanos.getMean() / 1e3);
            return new Latencies(nanos.getTotalCount(), micros);
        }
    }

    /** False when an answer was wrong, or none was right. */
    public boolean isGood() {
        return wrong.isEmpty() && latencies.count() > 0;
    }

    private long errorCount() {
        return errors.values().stream().mapToLong(Long::longValue).sum();
    }

    private long wrongCount() {
        return wrong.values().stream().mapToLong(Long::longValue).sum();
    }

    /** For machines. */
    public JsonObject toJson() {
        JsonObject.Builder micros = JsonObject.builder();
        latencies.micros().forEach((name, value) -> micros.put(name, rounded(value)));
        return JsonObject.builder()
                .put("target", plan.target().text())
                .put("method", plan.workload().text())
                .put("tool", plan.tool())
                .put("era", plan.era().name().toLowerCase(Locale.ROOT))
                .put("loop", plan.isOpenLoop() ? "open" : "closed")
                .put("ratePerSecond", plan.ratePerSecond())
                .put("concurrency", plan.concurrency())
                .put("payloadBytes", plan.payloadBytes())
                .put("warmupSeconds", plan.warmup().toMillis() / 1e3)
                .put("seconds", plan.duration().toMillis() / 1e3)
                .put("isGood", isGood())
                .put("answers", latencies.count())
                .put("perSecond", rounded(perSecond))
                .put("errors", errorCount())
                .put("errorsByKind", errors)
                .put("wrong", wrongCount())
                .put("wrongByKind", wrong)
                .put("unanswered", unanswered)
                .put("latencyMicros", micros.build())
                .putIfPresent("serverCpuMicros", serverMicros.map(BenchReport::rounded))
                .putIfPresent("loadCpuMicros", loadMicros.map(BenchReport::rounded))
                .build();
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }

    /** For people. */
    public String toTable() {
        StringBuilder table = new StringBuilder(1024);
        row(table, "target", plan.target().text());
        row(
                table,
                "what",
                plan.workload().text()
                        + (plan.tool().isEmpty() ? "" : " " + plan.tool())
                        + ", "
                        + plan.era().name().toLowerCase(Locale.ROOT)
                        + " era, "
                        + plan.payloadBytes()
                        + " bytes of text");
        row(
                table,
                "how",
                plan.isOpenLoop()
                        ? "open loop, %,.0f a second over %d connections"
                                .formatted(plan.ratePerSecond(), plan.concurrency())
                        : "closed loop, " + plan.concurrency() + " at once");
        row(
                table,
                "answers",
                "%,d in %.1f s".formatted(latencies.count(), plan.duration().toMillis() / 1e3));
        row(table, "per second", "%,.0f".formatted(perSecond));
        latencies
                .micros()
                .forEach((name, value) -> row(table, name, "%.3f ms".formatted(value / 1e3)));
        serverMicros.ifPresent(
                value -> row(table, "server CPU", "%.1f us for each answer".formatted(value)));
        loadMicros.ifPresent(
                value -> row(table, "own CPU", "%.1f us for each answer".formatted(value)));
        row(table, "errors", counted(errorCount(), errors));
        row(table, "unanswered", Long.toString(unanswered));
        row(table, "wrong", counted(wrongCount(), wrong));
        return table.toString();
    }

    private static String counted(long sum, Map<String, Long> kinds) {
        StringBuilder text = new StringBuilder().append(sum);
        kinds.forEach(
                (kind, count) ->
                        text.append("\n              ").append(count).append(" x ").append(kind));
        return text.toString();
    }

    private static void row(StringBuilder table, String name, String value) {
        table.append(String.format(Locale.ROOT, "%-12s  %s%n", name, value));
    }
}
