package io.erlmcp.chaos;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What came of an experiment.
 *
 * @param seen in one line
 * @param facts what was counted and read, by name
 * @param failures what was not as expected
 */
public record Result(
        Experiment experiment,
        boolean isAsExpected,
        String seen,
        Map<String, Object> facts,
        List<String> failures,
        Duration took) {
    static Result of(Experiment experiment, Observations seen, Duration took) {
        return new Result(
                experiment, seen.areAsExpected(), seen.text(), seen.facts(), seen.failures(), took);
    }

    /** In a word or three. */
    public String verdict() {
        return isAsExpected ? "as expected" : "NOT AS EXPECTED";
    }

    JsonObject json() {
        JsonObject.Builder found = JsonObject.builder();
        facts.forEach((name, value) -> found.put(name, plain(value)));
        return JsonObject.builder()
                .put("experiment", experiment.name())
                .put("suite", experiment.suite().word())
                .put("fault", experiment.fault())
                .put("expected", experiment.expected())
                .put("seen", seen)
                .put("asExpected", isAsExpected)
                .put("millis", took.toMillis())
                .put("facts", found.build())
                .put("failures", JsonArray.of(failures.toArray()))
                .build();
    }

    private static Object plain(Object value) {
        return value instanceof Number || value instanceof Boolean ? value : value.toString();
    }
}
