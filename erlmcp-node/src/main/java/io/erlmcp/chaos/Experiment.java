package io.erlmcp.chaos;

import java.time.Duration;

/**
 * One way to break a node.
 *
 * @param name as it is written on the command line
 * @param fault what is done to it
 * @param expected what must then be seen
 * @param limit the longest it may take; what is not over by then is not as expected
 */
public record Experiment(
        String name, Suite suite, String fault, String expected, Duration limit, Script script) {
    /** Does it, and notes what it sees. */
    @FunctionalInterface
    interface Script {
        void run(Stage stage, Observations seen) throws Exception;
    }

    private static final Duration USUAL_LIMIT = Duration.ofMinutes(2);

    static Experiment of(Suite suite, String name, String fault, String expected, Script script) {
        return new Experiment(name, suite, fault, expected, USUAL_LIMIT, script);
    }

    Experiment within(Duration time) {
        return new Experiment(name, suite, fault, expected, time, script);
    }
}
