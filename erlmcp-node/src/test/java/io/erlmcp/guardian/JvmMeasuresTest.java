package io.erlmcp.guardian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import org.junit.jupiter.api.Test;

@Requirement({"guardian.measure", "guardian.tests"})
class JvmMeasuresTest {
    private static final JvmMeasures.DirectMemory NONE =
            new JvmMeasures.DirectMemory(() -> 0, () -> 1L << 30);

    private static JvmMeasures.Counted counted(int connections) {
        return new JvmMeasures.Counted(
                new JvmMeasures.Bounded(() -> connections, 2_000_000),
                new JvmMeasures.Bounded(() -> 3, 10),
                new JvmMeasures.Bounded(() -> 1, 4));
    }

    @Test
    void theHeapIsWhatACollectionLeavesNotWhatGarbageFills() throws IOException {
        Collections collections = new Collections();
        try (JvmMeasures measures = new JvmMeasures(Time.system(), collections, counted(1), NONE)) {
            byte[][] kept = new byte[40][1 << 20];
            measures.collect();
            await().until(() -> collections.usedAfterBytes() >= (long) kept.length << 20);
            long with = collections.usedAfterBytes();
            java.util.Arrays.fill(kept, new byte[0]);
            long before = collections.count();
            measures.collect();
            await().until(() -> collections.count() > before);
            await().untilAsserted(
                            () ->
                                    assertThat(with - collections.usedAfterBytes())
                                            .isGreaterThan(30L << 20));
            assertThat(collections.lastPauseMillis()).isNotNegative();
        }
    }

    @Test
    void aNearlyFullHeapThatCollectionsCannotEmptyIsFull() {
        assertThat(JvmMeasures.heapPercent(85, 0.5)).isEqualTo(100);
        assertThat(JvmMeasures.heapPercent(84.9, 1)).isEqualTo(84.9);
        assertThat(JvmMeasures.heapPercent(96, 0.49)).isEqualTo(96);
    }

    @Test
    void everythingIsMeasuredAndWithinItsLimits() throws IOException {
        Collections collections = new Collections();
        try (JvmMeasures measures = new JvmMeasures(Time.system(), collections, counted(1), NONE)) {
            Sample sample = measures.sample();
            for (Resource resource : Resource.values()) {
                assertThat(sample.of(resource).percent())
                        .as(resource.word())
                        .isGreaterThan(0)
                        .isLessThan(100);
            }
            assertThat(sample.cpuPercent()).isBetween(0.0, 100.0);
        }
    }

    @Test
    void directMemoryCountsWhereItIsNearestToItsLimit() throws IOException {
        Collections collections = new Collections();
        // beside these sizes it does not matter what buffers of other tests are still there
        JvmMeasures.DirectMemory nearlyFull =
                new JvmMeasures.DirectMemory(() -> 96L << 30, () -> 100L << 30);
        try (JvmMeasures measures =
                new JvmMeasures(Time.system(), collections, counted(1), nearlyFull)) {
            assertThat(measures.sample().of(Resource.MEMORY))
                    .isEqualTo(Reading.of("direct memory", 96));
        }
    }

    @Test
    void connectionsDoNotCountAgainstTheHardLimitOfDescriptors() throws IOException {
        Collections collections = new Collections();
        try (JvmMeasures measures =
                new JvmMeasures(Time.system(), collections, counted(1_000_000), NONE)) {
            Reading reading = measures.sample().of(Resource.FD);
            assertThat(reading.percent()).isPositive();
            assertThat(reading.hardPercent()).isZero();
        }
    }

    @Test
    void connectionsAndCallsAreMeasuredAgainstTheirLimits() throws IOException {
        try (JvmMeasures measures =
                new JvmMeasures(Time.system(), new Collections(), counted(500_000), NONE)) {
            Sample sample = measures.sample();
            assertThat(sample.of(Resource.CONNECTIONS)).isEqualTo(Reading.of("connections", 25));
            assertThat(sample.of(Resource.CALLS)).isEqualTo(Reading.of("threads of calls", 30));
        }
    }

    @Test
    void tasksCountWhereTheyAreNearerToTheirLimitThanCalls() throws IOException {
        JvmMeasures.Counted counted =
                new JvmMeasures.Counted(
                        new JvmMeasures.Bounded(() -> 0, 0),
                        new JvmMeasures.Bounded(() -> 3, 10),
                        new JvmMeasures.Bounded(() -> 2, 4));
        try (JvmMeasures measures =
                new JvmMeasures(Time.system(), new Collections(), counted, NONE)) {
            Sample sample = measures.sample();
            assertThat(sample.of(Resource.CALLS)).isEqualTo(Reading.of("threads of tasks", 50));
            assertThat(sample.of(Resource.CONNECTIONS).percent())
                    .as("without listeners there is no limit")
                    .isZero();
        }
    }
}
