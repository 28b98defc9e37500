package io.erlmcp.recovery;

import static io.erlmcp.recovery.PlanStep.ATTEMPT;
import static io.erlmcp.recovery.PlanStep.DEGRADE;
import static io.erlmcp.recovery.PlanStep.INVESTIGATE;
import static io.erlmcp.recovery.PlanStep.MANUAL;
import static io.erlmcp.recovery.PlanStep.NOTIFY;

import java.util.List;

/** The table of plans: a row for every class of failure and every count. */
public final class Plans {
    /** Ends a row that has no end. */
    public static final int AND_MORE = Integer.MAX_VALUE;

    /** Every class and every count from 1 on is in exactly one row. */
    public static final List<Row> TABLE =
            List.of(
                    row(FailureClass.TRANSIENT, 1, 1, ATTEMPT, DEGRADE, MANUAL),
                    row(FailureClass.TRANSIENT, 2, 2, ATTEMPT, DEGRADE, NOTIFY, MANUAL),
                    row(FailureClass.TRANSIENT, 3, AND_MORE, INVESTIGATE, ATTEMPT, NOTIFY, MANUAL),
                    row(FailureClass.PERSISTENT, 1, 3, INVESTIGATE, ATTEMPT, NOTIFY, MANUAL),
                    row(FailureClass.PERSISTENT, 4, AND_MORE, DEGRADE, NOTIFY, MANUAL),
                    row(FailureClass.CASCADE, 1, AND_MORE, NOTIFY, MANUAL),
                    row(FailureClass.RESOURCE_EXHAUSTION, 1, AND_MORE, DEGRADE, NOTIFY, MANUAL),
                    row(FailureClass.UNKNOWN, 1, AND_MORE, INVESTIGATE, ATTEMPT, NOTIFY, MANUAL));

    private Plans() {}

    /**
     * A row.
     *
     * @param from the least count of failures in a row
     * @param to the largest, included
     * @param steps in order
     */
    public record Row(FailureClass type, int from, int to, List<PlanStep> steps) {
        public Row {
            steps = List.copyOf(steps);
        }
    }

    private static Row row(FailureClass type, int from, int to, PlanStep... steps) {
        return new Row(type, from, to, List.of(steps));
    }

    /** The steps for the {@code count}th failure in a row, from 1 on. */
    static List<PlanStep> of(FailureClass type, int count) {
        for (Row row : TABLE) {
            if (row.type() == type && row.from() <= count && count <= row.to()) {
                return row.steps();
            }
        }
        throw new IllegalArgumentException("no plan for " + type + " and count " + count);
    }
}
