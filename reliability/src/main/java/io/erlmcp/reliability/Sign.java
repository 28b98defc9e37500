package io.erlmcp.reliability;

import java.util.Locale;

/**
 * Something that an operator can watch, and that tells of a fault.
 *
 * @param name of a metric, or words of a line
 * @param label that the series of the metric must have; empty for all of them
 */
record Sign(Kind kind, String name, String label) {
    /** How it tells. */
    enum Kind {
        /** A counter is more than it was. */
        RISES,
        /** A gauge is more than it was, until the fault is gone. */
        STANDS,
        /** A gauge is less than it was, until the fault is gone. */
        FALLS,
        /** A line is written. */
        SAYS,
        /** The page of readiness says no, until the fault is gone. */
        IS_NOT_READY,
        /** Nothing answers, until the fault is gone. */
        IS_GONE
    }

    static Sign rises(String metric) {
        return rises(metric, "");
    }

    static Sign rises(String metric, String label) {
        return new Sign(Kind.RISES, metric, label);
    }

    static Sign stands(String metric) {
        return stands(metric, "");
    }

    static Sign stands(String metric, String label) {
        return new Sign(Kind.STANDS, metric, label);
    }

    static Sign falls(String metric) {
        return new Sign(Kind.FALLS, metric, "");
    }

    static Sign says(String words) {
        return new Sign(Kind.SAYS, words, "");
    }

    static Sign isNotReady() {
        return new Sign(Kind.IS_NOT_READY, "/ready", "");
    }

    static Sign isGone() {
        return new Sign(Kind.IS_GONE, "/alive", "");
    }

    /** What a watcher looks at that was set up for something else. */
    Sign misnamed() {
        return new Sign(kind, name + "_of_another", label);
    }

    boolean isRaised(OperatorView.Look before, OperatorView.Look now) {
        return switch (kind) {
            case RISES, STANDS -> value(now) > value(before);
            case FALLS -> now.isAlive() && value(now) < value(before);
            case SAYS -> !line(now).isEmpty() && !line(now).equals(line(before));
            case IS_NOT_READY -> now.isAlive() && !now.isReady() && name.equals("/ready");
            case IS_GONE -> !now.isAlive() && name.equals("/alive");
        };
    }

    /** What counts what has been, and what was said, stays. */
    boolean isCleared(OperatorView.Look before, OperatorView.Look now) {
        return switch (kind) {
            case RISES, SAYS -> true;
            case STANDS -> now.isAlive() && value(now) <= value(before);
            case FALLS -> now.isAlive() && value(now) >= value(before);
            case IS_NOT_READY -> now.isReady();
            case IS_GONE -> now.isAlive();
        };
    }

    private double value(OperatorView.Look look) {
        return look.metric(name, label);
    }

    private String line(OperatorView.Look look) {
        return look.lastLine(name);
    }

    @Override
    public String toString() {
        String series = label.isEmpty() ? name : name + '{' + label + '}';
        return '"' + series + "\" that " + kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
