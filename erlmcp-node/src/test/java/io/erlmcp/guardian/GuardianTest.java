package io.erlmcp.guardian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.resilience.Brake;
import io.erlmcp.resilience.Restraint;
import io.erlmcp.resilience.Room;
import io.erlmcp.runtime.Time;
import io.erlmcp.supervision.Component;
import io.erlmcp.testing.RecordedLife;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Requirement({"guardian.api", "guardian.interval", "guardian.tunable"})
class GuardianTest {
    private static final Duration QUICK = Duration.ofMillis(50);

    private final AtomicReference<Reading> memory = new AtomicReference<>(Reading.of("heap", 10));
    private final AtomicReference<Reading> connections =
            new AtomicReference<>(Reading.of("connections", 1));
    private final AtomicReference<Reading> calls =
            new AtomicReference<>(Reading.of("threads of calls", 1));
    private final AtomicReference<Room> open = new AtomicReference<>(new Room(200, 30, 20, 0));
    private final AtomicInteger collections = new AtomicInteger();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final List<String> ends = new CopyOnWriteArrayList<>();
    private final Brake brake = new Brake();
    private final RecordedLife life = new RecordedLife();
    private final Guardian guardian = guardian();

    private Guardian guardian() {
        Measures measures =
                new Measures() {
                    @Override
                    public Sample sample() {
                        return new Sample(
                                System.nanoTime(),
                                Map.of(
                                        Resource.MEMORY, memory.get(),
                                        Resource.PROCESS, Reading.of("threads", 1),
                                        Resource.FD, Reading.of("descriptors", 1),
                                        Resource.CONNECTIONS, connections.get(),
                                        Resource.CALLS, calls.get()),
                                1);
                    }

                    @Override
                    public void collect() {
                        collections.incrementAndGet();
                    }

                    @Override
                    public void close() {
                        ends.add("measures closed");
                    }
                };
        EmergencyStop stop =
                new EmergencyStop(
                        (component, reason) -> ends.add("halted " + component + ": " + reason),
                        () -> ends.add("saved"),
                        code -> ends.add("exit " + code),
                        events::add);
        GuardianConfig usual = GuardianConfig.DEFAULTS;
        return new Guardian(
                new GuardianConfig(usual.thresholds(), QUICK, 50, 10, usual.pressure()),
                new Guardian.Parts(
                        measures,
                        brake,
                        stop,
                        new Guardian.Usual(
                                () -> 40,
                                open::get,
                                () -> 0,
                                1_000,
                                new Room(2_000, 1_030, 1_020, 100))),
                new Guardian.Surroundings(Time.system(), events::add, CarrierLimits.from(2)));
    }

    @AfterEach
    void close() {
        guardian.close();
    }

    @Test
    @Requirement({"guardian.degrade-action", "degradation.actions", "degradation.exit"})
    void pressureHoldsBackAtWhatThereIsAndLeavesStepByStep() {
        guardian.run(life);
        memory.set(Reading.of("heap", 92));
        await().untilAsserted(
                        () -> {
                            Restraint held = brake.now();
                            assertThat(guardian.isDegraded(Resource.MEMORY)).isTrue();
                            assertThat(held.shedsLow()).isTrue();
                            assertThat(held.maxRunning()).isEqualTo(40);
                            assertThat(held.room()).isEqualTo(new Room(200, 30, 20, 0));
                            assertThat(held.callerPercent()).isEqualTo(50);
                            assertThat(held.pausesUpdates()).isTrue();
                        });
        await().untilAsserted(() -> assertThat(collections).hasPositiveValue());
        memory.set(Reading.of("heap", 60));
        await().until(() -> brake.now().equals(Restraint.NONE));
        await().untilAsserted(
                        () ->
                                assertThat(events.stream().map(it -> it.getClass().getSimpleName()))
                                        .containsSubsequence(
                                                "Warned",
                                                "Degraded",
                                                "Eased",
                                                "LimitsRaised",
                                                "LimitsRaised",
                                                "LimitsRaised",
                                                "LimitsRaised",
                                                "Recovered"));
        assertThat(ends).isEmpty();
    }

    @Test
    @Requirement("guardian.degrade-action")
    void aNodeThatNobodyUsedWhenItBeganToHoldBackStillLetsOneIn() {
        open.set(Room.NONE);

        guardian.degrade(Resource.MEMORY, "a test");

        assertThat(brake.now().room()).isEqualTo(new Room(1, 1, 0, 0));
    }

    @Test
    @Requirement("sup.isolation")
    void oneThatIsStoppedHoldsNothingBackAndIsAskedInVain() throws Exception {
        Component run = guardian.run(life);
        memory.set(Reading.of("heap", 92));
        await().until(() -> guardian.isDegraded(Resource.MEMORY));

        run.stop();

        assertThat(brake.now()).isEqualTo(Restraint.NONE);
        guardian.degrade(Resource.FD, "a test");
        assertThat(brake.now()).isEqualTo(Restraint.NONE);
        assertThat(guardian.isDegraded(Resource.FD)).isFalse();
        assertThat(life.failures()).isEmpty();
    }

    @Test
    void limitsComeBackFromWhatThereWas() {
        guardian.degrade(Resource.MEMORY, "a test");
        assertThat(brake.now().maxRunning()).isEqualTo(40);
        guardian.look();
        guardian.look();
        assertThat(guardian.percent()).isEqualTo(60);
        assertThat(brake.now().maxRunning()).isEqualTo(40 + 960 / 5);
        assertThat(brake.now().room())
                .isEqualTo(new Room(200 + 1_800 / 5, 30 + 1_000 / 5, 20 + 1_000 / 5, 100 / 5));
        assertThat(brake.now().pausesUpdates()).isFalse();
    }

    @Test
    @Requirement({"guardian.hard-action", "R21"})
    void atTheHardLimitItHaltsTheNodeSavesAndExits() {
        guardian.run(life);
        memory.set(Reading.of("heap", 98));
        await().until(() -> ends.contains("exit 1"));
        assertThat(ends.subList(0, 3))
                .containsExactly(
                        "halted "
                                + ComponentId.NODE
                                + ": emergency stop: heap at 98.0 % of its limit",
                        "saved",
                        "exit 1");
        assertThat(events.stream().map(it -> it.getClass().getSimpleName()))
                .containsSubsequence("Warned", "Degraded", "EmergencyStop");
    }

    @Test
    void codeMayAskForAnEmergencyStop() {
        guardian.emergency(Resource.FD, "asked for");
        assertThat(ends).contains("exit 1");
        assertThat(events).anyMatch(GuardianEvent.EmergencyStop.class::isInstance);
    }

    @Test
    void itsThreadEndsWithIt() {
        guardian.run(life);
        guardian.close();
        await().until(
                        () ->
                                Thread.getAllStackTraces().keySet().stream()
                                        .noneMatch(it -> it.getName().equals("guardian")));
        assertThat(ends).contains("measures closed");
        assertThat(life.failures()).as("of an end that was asked for").isEmpty();
    }

    private void looks(int times) {
        for (int i = 0; i < times; i++) {
            guardian.look();
        }
    }

    @Test
    @Requirement({"guardian.measure", "guardian.degrade-action"})
    void ofConnectionsThatAreAllTakenNoNewOneIsLetInAndNothingElseIsHeldBack() {
        connections.set(Reading.of("connections", 99.9));
        looks(5);
        assertThat(brake.now()).as("one below its threshold").isEqualTo(Restraint.NONE);
        connections.set(Reading.of("connections", 100));
        looks(1);
        assertThat(brake.now()).as("a single look").isEqualTo(Restraint.NONE);
        looks(1);
        Restraint held = brake.now();
        assertThat(guardian.isDegraded(Resource.CONNECTIONS)).isTrue();
        assertThat(held.room()).isEqualTo(Room.UNBOUNDED.withConnections(2_000));
        assertThat(held.callerPercent()).isEqualTo(100);
        assertThat(held.shedsLow()).isFalse();
        assertThat(held.pausesUpdates()).isFalse();
        assertThat(held.reason()).contains("as many connections as it may");
        connections.set(Reading.of("connections", 90));
        looks(5);
        assertThat(brake.now()).as("at what it is left below").isEqualTo(held);
        connections.set(Reading.of("connections", 89.9));
        looks(1);
        assertThat(brake.now()).as("a single look").isEqualTo(held);
        looks(1);
        assertThat(brake.now()).isEqualTo(Restraint.NONE);
        assertThat(ends).isEmpty();
    }

    @Test
    @Requirement({"guardian.measure", "backpressure.shed"})
    void callsThatTakeMostOfTheirThreadsShedWhatMattersLeastAndNothingElse() {
        calls.set(Reading.of("threads of calls", 79.9));
        looks(3);
        assertThat(brake.now()).isEqualTo(Restraint.NONE);
        calls.set(Reading.of("threads of calls", 80));
        looks(2);
        assertThat(brake.now()).isEqualTo(Restraint.shedding("the node is busy"));
        calls.set(Reading.of("threads of calls", 69.9));
        looks(2);
        assertThat(brake.now()).isEqualTo(Restraint.NONE);
    }

    @Test
    void askedToHoldBackForConnectionsItHoldsBackNothingElse() {
        guardian.degrade(Resource.CONNECTIONS, "a test");
        assertThat(guardian.percent()).isEqualTo(100);
        assertThat(brake.now().room().connections()).isEqualTo(2_000);
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(it -> it.getName().equals("guardian"))
                .toList();
    }

    @Test
    @Requirement("sup.isolation")
    void aThreadThatEndsByItselfIsAFailureAndTheNextRunGoesOnWithWhatIsRemembered()
            throws Exception {
        Component first = guardian.run(life);
        memory.set(Reading.of("heap", 92));
        await().until(() -> guardian.isDegraded(Resource.MEMORY));
        threads().forEach(Thread::interrupt);
        await().untilAsserted(() -> assertThat(life.failures()).hasSize(1));
        first.stop();
        assertThat(threads()).isEmpty();
        assertThat(guardian.isDegraded(Resource.MEMORY)).isTrue();
        memory.set(Reading.of("heap", 60));
        guardian.run(life);
        await().until(() -> !guardian.isDegraded(Resource.MEMORY));
        assertThat(life.failures()).hasSize(1);
    }
}
