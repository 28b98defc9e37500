package io.erlmcp.guardian;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The last readings of a resource, and where they lead. Immutable. */
public record Trend(List<Point> points) {
    /** One reading. */
    public record Point(long nanos, double percent) {}

    static final Trend NONE = new Trend(List.of());

    private static final int KEPT = 24;
    private static final int LEAST = 4;

    /** How much of what happens a straight line must explain before it is believed. */
    private static final double LEAST_FIT = 0.7;

    public Trend {
        points = List.copyOf(points);
    }

    Trend plus(long nanos, double percent) {
        List<Point> more = new ArrayList<>(points);
        more.add(new Point(nanos, percent));
        return new Trend(more.subList(Math.max(0, more.size() - KEPT), more.size()));
    }

    /**
     * How long until {@code limit} per cent, if it goes on like this; empty when it does not rise.
     */
    Optional<Duration> until(double limit) {
        int count = points.size();
        if (count < LEAST) {
            return Optional.empty();
        }
        long first = points.getFirst().nanos();
        double meanTime = points.stream().mapToDouble(p -> p.nanos() - first).sum() / count;
        double mean = points.stream().mapToDouble(Point::percent).sum() / count;
        double times = 0;
        double both = 0;
        double percents = 0;
        for (Point point : points) {
            double time = point.nanos() - first - meanTime;
            double percent = point.percent() - mean;
            times += time * time;
            both += time * percent;
            percents += percent * percent;
        }
        if (times == 0 || percents == 0 || both <= 0) {
            return Optional.empty();
        }
        double fit = both * both / (times * percents);
        double perNano = both / times;
        double left = limit - points.getLast().percent();
        if (fit < LEAST_FIT || left <= 0) {
            return Optional.empty();
        }
        double nanos = left / perNano;
        return nanos > Duration.ofDays(7).toNanos()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos((long) nanos));
    }
}
