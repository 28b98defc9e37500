package io.erlmcp.bench;

import java.util.ArrayList;
import java.util.List;

/** The turns of two servers so far. One thread. */
final class Turns {
    private final Tally subject = new Tally();
    private final Tally beside = new Tally();
    private final List<Double> ratios = new ArrayList<>();

    void add(Tally one, Tally other) {
        ratios.add(one.perSecond() / other.perSecond());
        subject.add(one);
        beside.add(other);
    }

    /** The ratio of the last turn. */
    double last() {
        return ratios.getLast();
    }

    TurnsReport report(BenchPlan plan, BenchPlan besidePlan) {
        return new TurnsReport(subject.report(plan), beside.report(besidePlan), ratios);
    }
}
