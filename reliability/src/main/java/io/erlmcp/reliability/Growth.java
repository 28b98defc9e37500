package io.erlmcp.reliability;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What is seen of one figure over time, and how fast it grows: the median of the slopes between all
 * pairs of looks (Theil and Sen), which a few wild looks do not move.
 */
final class Growth {
    private final List<double[]> points = new ArrayList<>();

    void add(double seconds, double value) {
        points.add(new double[] {seconds, value});
    }

    int looks() {
        return points.size();
    }

    /** In a second. */
    double slope() {
        int count = points.size();
        double[] slopes = new double[count * (count - 1) / 2];
        int next = 0;
        for (int i = 0; i < count; i++) {
            for (int j = i + 1; j < count; j++) {
                double[] early = points.get(i);
                double[] late = points.get(j);
                slopes[next++] = (late[1] - early[1]) / (late[0] - early[0]);
            }
        }
        return median(slopes);
    }

    /** Over all the time that was looked at. */
    double whole() {
        return points.size() < 2 ? 0 : slope() * (points.getLast()[0] - points.getFirst()[0]);
    }

    double middle() {
        return median(points.stream().mapToDouble(point -> point[1]).toArray());
    }

    private static double median(double[] values) {
        if (values.length == 0) {
            return 0;
        }
        Arrays.sort(values);
        int half = values.length / 2;
        return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }
}
