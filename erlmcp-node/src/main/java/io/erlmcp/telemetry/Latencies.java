package io.erlmcp.telemetry;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * One histogram with labels. Whoever counts keeps the {@link Cell} of his labels, so that an
 * observation is two additions, without a lock and without garbage.
 *
 * <p>Thread-safe. What is scraped while others count may lack what they add meanwhile.
 */
final class Latencies implements Collector {
    private static final double NANOS_PER_SECOND = 1e9;

    private static final long[] BOUNDS =
            nanos(
                    Duration.ofNanos(500_000),
                    Duration.ofMillis(1),
                    Duration.ofNanos(2_500_000),
                    Duration.ofMillis(5),
                    Duration.ofMillis(10),
                    Duration.ofMillis(20),
                    Duration.ofMillis(50),
                    Duration.ofMillis(100),
                    Duration.ofMillis(250),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(1),
                    Duration.ofMillis(2500),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10));

    /** Observations with the same labels. */
    static final class Cell {
        /** A count for each bucket, one for what is over all bounds, and the sum in nanoseconds. */
        private final AtomicLongArray numbers = new AtomicLongArray(BOUNDS.length + 2);

        void record(long nanos) {
            int bucket = 0;
            while (bucket < BOUNDS.length && nanos > BOUNDS[bucket]) {
                bucket++;
            }
            numbers.getAndIncrement(bucket);
            numbers.getAndAdd(BOUNDS.length + 1, nanos);
        }

        private HistogramSnapshot.HistogramDataPointSnapshot snapshot(Labels labels) {
            double[] bounds = new double[BOUNDS.length + 1];
            long[] counts = new long[BOUNDS.length + 1];
            for (int i = 0; i < counts.length; i++) {
                bounds[i] =
                        i < BOUNDS.length ? BOUNDS[i] / NANOS_PER_SECOND : Double.POSITIVE_INFINITY;
                counts[i] = numbers.get(i);
            }
            return HistogramSnapshot.HistogramDataPointSnapshot.builder()
                    .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, counts))
                    .sum(numbers.get(BOUNDS.length + 1) / NANOS_PER_SECOND)
                    .labels(labels)
                    .build();
        }
    }

    private final MetricNames.Metric metric;
    private final Map<Labels, Cell> cells = new ConcurrentHashMap<>();

    Latencies(MetricNames.Metric metric) {
        this.metric = metric;
    }

    /**
     * The cell of these labels, always the same.
     *
     * @param labels names and values in turn
     */
    Cell cell(String... labels) {
        return cells.computeIfAbsent(Labels.of(labels), it -> new Cell());
    }

    @Override
    public MetricSnapshot collect() {
        List<HistogramSnapshot.HistogramDataPointSnapshot> points = new ArrayList<>();
        cells.forEach((labels, cell) -> points.add(cell.snapshot(labels)));
        return new HistogramSnapshot(
                new MetricMetadata(metric.name(), metric.description()), points);
    }

    private static long[] nanos(Duration... bounds) {
        return Arrays.stream(bounds).mapToLong(Duration::toNanos).toArray();
    }
}
