package io.erlmcp.bench;

import io.erlmcp.json.JsonObject;
import java.util.List;

/**
 * What two servers did in turn.
 *
 * @param subject all turns of the server that is looked at
 * @param beside all turns of the one it is compared with
 * @param ratios for each turn, right answers a second of the one to those of the other; not a
 *     number where neither had one
 */
public record TurnsReport(BenchReport subject, BenchReport beside, List<Double> ratios) {
    public TurnsReport {
        ratios = ratios.stream().sorted().toList();
        if (ratios.isEmpty()) {
            throw new IllegalArgumentException("ratios: there was no turn");
        }
    }

    /** False when an answer of one of both was wrong, or none was right. */
    public boolean isGood() {
        return subject.isGood() && beside.isGood();
    }

    /** The ratio that half of the turns reached. */
    public double median() {
        int middle = ratios.size() / 2;
        return ratios.size() % 2 == 1
                ? ratios.get(middle)
                : (ratios.get(middle - 1) + ratios.get(middle)) / 2;
    }

    /** For machines: the subject's report, with {@code ratio} and {@code beside}. */
    public JsonObject toJson() {
        return subject.toJson()
                .with(
                        "ratio",
                        JsonObject.of(
                                "median",
                                rounded(median()),
                                "least",
                                rounded(ratios.getFirst()),
                                "most",
                                rounded(ratios.getLast()),
                                "turns",
                                ratios.size()))
                .with("beside", beside.toJson())
                .with("isGood", isGood());
    }

    private static double rounded(double ratio) {
        return Double.isFinite(ratio) ? Math.round(ratio * 1_000) / 1e3 : 0;
    }

    /** For people. */
    public String toTable() {
        return subject.toTable()
                + "%nbeside%n%s%nratio         %.3f (%.3f to %.3f), %d turns%n"
                        .formatted(
                                beside.toTable(),
                                median(),
                                ratios.getFirst(),
                                ratios.getLast(),
                                ratios.size());
    }
}
