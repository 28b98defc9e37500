package io.erlmcp.chaos;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What came of all experiments. */
public record ChaosReport(long seed, List<Result> results) {
    private static final int NAME = 19;
    private static final int TEXT = 40;
    private static final String ROW = "%-" + NAME + "s  %-" + TEXT + "s  %-" + TEXT + "s  %s%n";

    public ChaosReport {
        results = List.copyOf(results);
    }

    /** True when every experiment went as expected. */
    public boolean isGood() {
        return results.stream().allMatch(Result::isAsExpected);
    }

    /** For machines. */
    public JsonObject json() {
        return JsonObject.of(
                "seed",
                seed,
                "good",
                isGood(),
                "experiments",
                JsonArray.of(results.stream().map(Result::json).toArray()));
    }

    /** A table for people. */
    public String text() {
        StringBuilder out = new StringBuilder();
        out.append(ROW.formatted("experiment", "expected", "seen", "verdict"));
        for (Result result : results) {
            List<String> expected = wrapped(result.experiment().expected());
            List<String> seen = wrapped(result.seen());
            for (int i = 0; i < Math.max(expected.size(), seen.size()); i++) {
                out.append(
                        ROW.formatted(
                                i == 0 ? result.experiment().name() : "",
                                i < expected.size() ? expected.get(i) : "",
                                i < seen.size() ? seen.get(i) : "",
                                i == 0 ? result.verdict() : ""));
            }
        }
        long good = results.stream().filter(Result::isAsExpected).count();
        return out.append("%d of %d as expected, seed %d%n".formatted(good, results.size(), seed))
                .toString();
    }

    /** In lines of a column's width; longer words are cut where the line ends. */
    static List<String> wrapped(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.strip().split("\\s+")) {
            String left = word;
            if (!line.isEmpty() && line.length() + 1 + left.length() > TEXT) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ");
            while (line.length() + left.length() > TEXT) {
                int fits = TEXT - line.length();
                lines.add(line + left.substring(0, fits));
                left = left.substring(fits);
                line.setLength(0);
            }
            line.append(left);
        }
        lines.add(line.toString());
        return lines;
    }
}
