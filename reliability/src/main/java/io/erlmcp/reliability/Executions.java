package io.erlmcp.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the fixture's tool {@code record} wrote down: which calls ran, and when each began. */
record Executions(List<Run> runs) {
    /** The tool. */
    static final String TOOL = "record";

    /** Names the file to the fixture. */
    static final String VARIABLE = "FIXTURE_RECORD";

    /** One run. */
    record Run(Instant began, String text) {}

    static Executions read(Path file) throws IOException {
        List<Run> runs = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                int blank = line.indexOf(' ');
                runs.add(
                        new Run(
                                Instant.parse(line.substring(0, blank)),
                                line.substring(blank + 1)));
            }
        }
        return new Executions(runs);
    }

    /** How many began after {@code from} and before {@code to}. */
    long between(Instant from, Instant to) {
        return runs.stream()
                .filter(run -> run.began().isAfter(from) && run.began().isBefore(to))
                .count();
    }

    /** How often each call ran. */
    Map<String, Integer> counts() {
        Map<String, Integer> counts = new HashMap<>();
        runs.forEach(run -> counts.merge(run.text(), 1, Integer::sum));
        return counts;
    }
}
