package io.erlmcp.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.HealthCheck;
import io.erlmcp.observability.HealthCheck.Finding;
import io.erlmcp.observability.HealthStatus;
import io.erlmcp.runtime.Time;
import io.erlmcp.supervision.Component;
import io.erlmcp.testing.RecordedLife;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Requirement({"health.checks", "health.interval"})
class HealthMonitorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Finding DOWN = new Finding(HealthStatus.UNHEALTHY, "refused");

    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final HealthMonitor monitor =
            new HealthMonitor(Duration.ofMillis(400), Time.system(), events::add);

    private final RecordedLife life = new RecordedLife();
    private @Nullable Component running;

    @AfterEach
    void close() throws InterruptedException {
        monitor.close();
        if (running != null) {
            running.stop();
        }
    }

    /** The clock of this machine, which may be broken for the thread that asks. */
    private static final class FaultyTime implements Time {
        private volatile boolean isBroken;

        @Override
        public long nanos() {
            if (isBroken && Thread.currentThread().getName().equals("health")) {
                throw new IllegalStateException("a bug");
            }
            return System.nanoTime();
        }

        @Override
        public Instant now() {
            return Instant.now();
        }
    }

    @Test
    @Requirement("sup.isolation")
    void aTurnThatFailsEndsTheRunAndTheNextGoesOnWithWhatWasFound() throws Exception {
        ComponentId cache = ComponentId.of("cache");
        FaultyTime time = new FaultyTime();
        try (HealthMonitor faulty = new HealthMonitor(Duration.ofMillis(20), time, events::add)) {
            faulty.add(HealthCheck.of("cache", () -> Finding.HEALTHY));
            Component first = faulty.run(life);
            await().until(() -> !faulty.history(cache).isEmpty());
            assertThat(life.failures()).isEmpty();
            time.isBroken = true;
            await().untilAsserted(
                            () ->
                                    assertThat(life.failures())
                                            .singleElement()
                                            .extracting(Throwable::getMessage)
                                            .isEqualTo("a bug"));
            first.stop();
            time.isBroken = false;
            int found = faulty.history(cache).size();
            Component second = faulty.run(life);
            await().until(() -> faulty.history(cache).size() > found + 1);
            assertThat(faulty.history(cache))
                    .allSatisfy(it -> assertThat(it.status()).isEqualTo(HealthStatus.HEALTHY));
            assertThat(life.failures()).hasSize(1);
            second.stop();
        }
    }

    private HealthStatus status(String component) {
        return monitor.report().components().stream()
                .filter(it -> it.component().path().equals(component))
                .map(HealthReport.Line::status)
                .findFirst()
                .orElse(HealthStatus.HEALTHY);
    }

    @Test
    @Requirement({"health.alert-threshold", "health.history"})
    void whatIsDecidedHoldsAtOnceAndFindingsStillTakeThree() {
        ComponentId server = ComponentId.of("upstreams", "a");
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger lost = new AtomicInteger();
        HealthCheck check =
                HealthCheck.of(
                        server.path(),
                        () -> {
                            asked.incrementAndGet();
                            return lost.getAndUpdate(it -> Math.max(0, it - 1)) > 0
                                    ? DOWN
                                    : Finding.HEALTHY;
                        });
        monitor.add(check);
        assertThatThrownBy(() -> monitor.decided(ComponentId.of("none"), DOWN))
                .hasMessage("none: has no health check");
        Finding halted = new Finding(HealthStatus.UNHEALTHY, "halted: persistent");
        monitor.decided(server, halted);
        assertThat(monitor.report().components())
                .as("before any finding")
                .extracting(HealthReport.Line::status, HealthReport.Line::detail)
                .containsExactly(tuple(HealthStatus.UNHEALTHY, "halted: persistent"));
        running = monitor.run(life);
        await().until(() -> asked.get() >= 4);
        assertThat(status(server.path())).isEqualTo(HealthStatus.UNHEALTHY);
        monitor.decided(server, Finding.HEALTHY);
        assertThat(status(server.path())).isEqualTo(HealthStatus.HEALTHY);

        monitor.decided(server, new Finding(HealthStatus.DEGRADED, "degraded: unknown"));
        lost.set(2);
        await().until(() -> lost.get() == 0);
        int then = asked.get();
        await().until(() -> asked.get() > then);
        assertThat(status(server.path())).as("two are not three").isEqualTo(HealthStatus.DEGRADED);
        lost.set(3);
        await().until(() -> status(server.path()) == HealthStatus.UNHEALTHY);
        await().until(() -> status(server.path()) == HealthStatus.DEGRADED);
        monitor.decided(server, Finding.HEALTHY);

        await().untilAsserted(
                        () ->
                                assertThat(turns())
                                        .containsExactly(
                                                HealthStatus.UNHEALTHY,
                                                HealthStatus.HEALTHY,
                                                HealthStatus.DEGRADED,
                                                HealthStatus.UNHEALTHY,
                                                HealthStatus.DEGRADED,
                                                HealthStatus.HEALTHY));
        assertThat(monitor.history(server).getFirst())
                .extracting(HealthMonitor.Past::status, HealthMonitor.Past::detail)
                .containsExactly(HealthStatus.UNHEALTHY, "halted: persistent");
    }

    private List<HealthStatus> turns() {
        return events.stream()
                .filter(HealthEvent.ComponentTurned.class::isInstance)
                .map(it -> ((HealthEvent.ComponentTurned) it).to())
                .toList();
    }

    @Test
    @Requirement({"health.propagation", "health.score", "health.history"})
    void whatNeedsSomethingUnhealthyIsDegradedAndTheScoreIsWeighted() {
        AtomicReference<Finding> database = new AtomicReference<>(Finding.HEALTHY);
        monitor.add(HealthCheck.of("database", database::get).weight(2));
        monitor.add(HealthCheck.of("tools/search", () -> Finding.HEALTHY).dependsOn("database"));
        monitor.add(HealthCheck.of("tools/clock", () -> Finding.HEALTHY));
        running = monitor.run(life);
        await().until(() -> monitor.report().components().size() == 3);
        await().untilAsserted(() -> assertThat(monitor.report().score()).isEqualTo(100));
        database.set(DOWN);
        await().until(() -> status("database") == HealthStatus.UNHEALTHY);
        await().untilAsserted(
                        () -> assertThat(status("tools/search")).isEqualTo(HealthStatus.DEGRADED));
        assertThat(status("tools/clock")).isEqualTo(HealthStatus.HEALTHY);
        // 2 x 0, 50, 100
        await().untilAsserted(() -> assertThat(monitor.report().score()).isEqualTo(37));
        assertThat(monitor.report().status()).isEqualTo(HealthStatus.UNHEALTHY);
        database.set(Finding.HEALTHY);
        await().until(() -> monitor.report().score() == 100);
        assertThat(monitor.history(new ComponentId("database")))
                .extracting(HealthMonitor.Past::status)
                .containsSubsequence(
                        HealthStatus.HEALTHY, HealthStatus.UNHEALTHY, HealthStatus.HEALTHY);
        await().untilAsserted(
                        () ->
                                assertThat(events)
                                        .filteredOn(HealthEvent.ComponentTurned.class::isInstance)
                                        .extracting(it -> ((HealthEvent.ComponentTurned) it).to())
                                        .containsExactly(
                                                HealthStatus.UNHEALTHY, HealthStatus.HEALTHY));
    }

    @Test
    @Requirement("health.propagation")
    void whatNeedsSomethingUnhealthyThroughOthersIsDegradedAlsoInACycle() {
        AtomicReference<Finding> database = new AtomicReference<>(Finding.HEALTHY);
        monitor.add(HealthCheck.of("u/db", database::get));
        monitor.add(HealthCheck.of("u/api", () -> Finding.HEALTHY).dependsOn("u/db", "u/web"));
        monitor.add(HealthCheck.of("u/web", () -> Finding.HEALTHY).dependsOn("u/api"));
        monitor.add(HealthCheck.of("u/other", () -> Finding.HEALTHY).dependsOn("u/none"));
        running = monitor.run(life);
        await().until(() -> monitor.report().components().size() == 4);
        assertThat(monitor.report().score()).isEqualTo(100);
        database.set(DOWN);
        await().until(() -> status("u/db") == HealthStatus.UNHEALTHY);
        assertThat(status("u/api")).isEqualTo(HealthStatus.DEGRADED);
        assertThat(status("u/web")).isEqualTo(HealthStatus.DEGRADED);
        assertThat(status("u/other")).isEqualTo(HealthStatus.HEALTHY);
        database.set(Finding.HEALTHY);
        await().until(() -> monitor.report().score() == 100);
    }

    @Test
    void aCheckThatThrowsIsAFailureWithItsKindAndMessage() {
        monitor.add(
                HealthCheck.of(
                        "cache",
                        () -> {
                            throw new java.net.ConnectException("Connection refused");
                        }));
        running = monitor.run(life);
        await().until(() -> status("cache") == HealthStatus.UNHEALTHY);
        await().untilAsserted(
                        () ->
                                assertThat(monitor.report().components().getFirst().detail())
                                        .isEqualTo("ConnectException: Connection refused"));
    }

    @Test
    @Requirement("health.under-load")
    void aCheckThatHangsIsAFailureAndHoldsUpNoOther() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger started = new AtomicInteger();
        AtomicInteger others = new AtomicInteger();
        monitor.add(
                HealthCheck.of(
                                "external",
                                () -> {
                                    started.incrementAndGet();
                                    while (never.getCount() > 0) {
                                        Thread.interrupted();
                                        LockSupport.parkNanos(100_000);
                                    }
                                    return Finding.HEALTHY;
                                })
                        .timeout(Duration.ofMillis(20)));
        monitor.add(
                HealthCheck.of(
                        "other",
                        () -> {
                            others.incrementAndGet();
                            return Finding.HEALTHY;
                        }));
        running = monitor.run(life);
        await().atMost(PATIENCE)
                .until(() -> status("external") == HealthStatus.UNHEALTHY && others.get() > 5);
        assertThat(started).as("it is not started again while it runs").hasValue(1);
        never.countDown();
        await().until(() -> status("external") == HealthStatus.HEALTHY);
    }

    @Test
    @Requirement("health.endpoints")
    void onlyWhatIsRequiredKeepsTheNodeFromBeingReady() {
        Health health = new Health();
        health.watchedBy(monitor);
        health.ready();
        AtomicReference<Finding> store = new AtomicReference<>(DOWN);
        monitor.add(HealthCheck.of("nice", () -> DOWN));
        running = monitor.run(life);
        await().until(() -> status("nice") == HealthStatus.UNHEALTHY);
        assertThat(health.isReady()).isTrue();
        monitor.add(HealthCheck.of("store", store::get).required());
        await().until(() -> !health.isReady());
        assertThat(health.notReady()).as("names nothing").doesNotContain("store");
        store.set(Finding.HEALTHY);
        await().until(health::isReady);
    }

    @Test
    @Requirement("health.stagger")
    void checksAreSpreadOverTheirInterval() throws Exception {
        HealthMonitor slow = new HealthMonitor(Duration.ofSeconds(4), Time.system(), events::add);
        List<Long> starts = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 8; i++) {
            slow.add(
                    HealthCheck.of(
                            "c/" + i,
                            () -> {
                                starts.add(System.nanoTime());
                                return Finding.HEALTHY;
                            }));
        }
        Component other = slow.run(life);
        await().until(() -> starts.size() >= 8);
        other.stop();
        slow.close();
        long spread = starts.get(7) - starts.get(0);
        assertThat(Duration.ofNanos(spread)).isGreaterThan(Duration.ofMillis(2500));
    }

    @Test
    void thereIsOneCheckForAComponentAndABoundOnThem() {
        for (int i = 0; i < HealthMonitor.MAX_CHECKS; i++) {
            monitor.add(HealthCheck.of("c/" + i, () -> Finding.HEALTHY));
        }
        HealthCheck twice = HealthCheck.of("c/1", () -> Finding.HEALTHY);
        HealthCheck more = HealthCheck.of("more", () -> Finding.HEALTHY);
        assertThatThrownBy(() -> monitor.add(more)).hasMessageContaining("1000 health checks");
        monitor.remove(new ComponentId("c/0"));
        assertThatThrownBy(() -> monitor.add(twice)).hasMessage("c/1: has a health check already");
        monitor.add(more);
    }

    @Test
    @Requirement({"health.alert-threshold"})
    void threeBadFindingsInARowTurnAComponentAndTwoGoodOnesTurnItBack() {
        Instant at = Instant.EPOCH;
        Judgement it = Judgement.first(Finding.HEALTHY, at, 0);
        it = it.next(DOWN, at.plusSeconds(1), 0).next(DOWN, at.plusSeconds(2), 0);
        assertThat(it.status()).isEqualTo(HealthStatus.HEALTHY);
        it = it.next(Finding.HEALTHY, at.plusSeconds(3), 0);
        it = it.next(DOWN, at, 0).next(DOWN, at, 0);
        assertThat(it.status()).as("not in a row").isEqualTo(HealthStatus.HEALTHY);
        it = it.next(DOWN, at.plusSeconds(9), 0);
        assertThat(it.status()).isEqualTo(HealthStatus.UNHEALTHY);
        assertThat(it.since()).isEqualTo(at.plusSeconds(9));
        it = it.next(Finding.HEALTHY, at, 0);
        assertThat(it.status()).isEqualTo(HealthStatus.UNHEALTHY);
        it = it.next(Finding.HEALTHY, at, 0);
        assertThat(it.status()).isEqualTo(HealthStatus.HEALTHY);
    }
}
