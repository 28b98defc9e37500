package io.erlmcp.reliability;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What came out of a guarantee and its controls. */
record Report(Guarantee row, long seed, boolean isFull, String commit, List<Part> parts) {
    /**
     * One run.
     *
     * @param plant the planted fault, or null for the guarantee itself
     */
    record Part(@Nullable String plant, Findings findings, long seconds) {
        /** The guarantee holds beyond doubt, or the control fails. */
        boolean isGood() {
            return plant == null ? findings.holds() && !isVoid() : !findings.holds();
        }

        /** What failed, failed for a reason of its own. */
        private boolean isVoid() {
            return findings.holds() && findings.doubt().isPresent();
        }

        private String name() {
            return plant == null ? "guarantee" : "control " + plant;
        }

        private String verdict() {
            if (isVoid()) {
                return "VOID: " + findings.doubt().orElseThrow();
            }
            if (plant == null) {
                return findings.holds()
                        ? "holds"
                        : "DOES NOT HOLD: " + findings.failed() + " failures";
            }
            return findings.holds()
                    ? "PASSED, so this row says nothing"
                    : "failed as it must, " + findings.failed() + " times";
        }

        private String figures() {
            return findings.figures().entrySet().stream()
                    .map(
                            figure ->
                                    figure.getKey().replace('_', ' ')
                                            + ' '
                                            + String.format(Locale.ROOT, "%,d", figure.getValue()))
                    .collect(Collectors.joining(", "));
        }

        private JsonObject json() {
            JsonObject.Builder figures = JsonObject.builder();
            findings.figures().forEach(figures::put);
            return JsonObject.builder()
                    .putIfPresent("plant", plant)
                    .put("holds", findings.holds())
                    .put("good", isGood())
                    .putIfPresent("void", findings.doubt().orElse(null))
                    .put("failed", findings.failed())
                    .put("seconds", seconds)
                    .put("figures", figures.build())
                    .put("failures", JsonArray.of(findings.failures().toArray()))
                    .build();
        }
    }

    /** True when the guarantee holds and every control failed. */
    boolean isGood() {
        return parts.stream().allMatch(Part::isGood);
    }

    JsonObject json() {
        return JsonObject.builder()
                .put("row", row.id())
                .put("seed", seed)
                .put("full", isFull)
                .put("commit", commit)
                .put("good", isGood())
                .put("parts", JsonArray.of(parts.stream().map(Part::json).toArray()))
                .build();
    }

    String text() {
        StringBuilder text =
                new StringBuilder(
                        row.id()
                                + "  "
                                + row.title()
                                + "\ncommit "
                                + commit
                                + ", seed "
                                + seed
                                + (isFull ? ", full" : "")
                                + "\n");
        for (Part part : parts) {
            text.append("\n%s: %s (%d s)%n".formatted(part.name(), part.verdict(), part.seconds()));
            text.append("  ").append(part.figures()).append('\n');
            List<String> failures = part.findings().failures();
            failures.stream()
                    .limit(part.isGood() ? 2 : failures.size())
                    .forEach(
                            failure -> text.append("  - ").append(shortened(failure)).append('\n'));
        }
        return text.append('\n')
                .append(row.id())
                .append(isGood() ? ": good" : ": NOT GOOD")
                .toString();
    }

    private static String shortened(String failure) {
        String line = failure.replace("\n", "\n    ");
        return line.length() <= 600 ? line : line.substring(0, 600) + " ...";
    }

    /** Replaces this row's section, or adds it at the end. */
    void writeInto(Path document) throws IOException {
        String begin = "<!-- begin " + row.id() + " -->\n";
        String end = "<!-- end " + row.id() + " -->\n";
        String section = begin + section() + end;
        String old = Files.readString(document);
        int from = old.indexOf(begin);
        int to = old.indexOf(end);
        Files.writeString(
                document,
                from < 0 || to < from
                        ? old.stripTrailing() + "\n\n" + section
                        : old.substring(0, from) + section + old.substring(to + end.length()));
    }

    private String section() {
        StringBuilder text =
                new StringBuilder(
                        "### "
                                + row.id()
                                + ": "
                                + (isGood() ? "holds" : "DOES NOT HOLD")
                                + "\n\n"
                                + row.title()
                                + ".\n\n`reliability/run "
                                + row.id()
                                + " --seed "
                                + seed
                                + " --full`, commit `"
                                + commit
                                + "`\n\n| run | result | figures | time |\n|---|---|---|---|\n");
        for (Part part : parts) {
            text.append(
                    "| %s | %s | %s | %d s |%n"
                            .formatted(
                                    part.name(), part.verdict(), part.figures(), part.seconds()));
        }
        return text.append('\n').toString();
    }
}
