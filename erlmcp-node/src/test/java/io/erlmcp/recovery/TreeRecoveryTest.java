package io.erlmcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.runtime.Timers;
import io.erlmcp.supervision.ChildSpec;
import io.erlmcp.supervision.ComponentFactory;
import io.erlmcp.supervision.ComponentState;
import io.erlmcp.supervision.ComponentStatus;
import io.erlmcp.supervision.Intensity;
import io.erlmcp.supervision.RestartPause;
import io.erlmcp.supervision.StartGate;
import io.erlmcp.supervision.Strategy;
import io.erlmcp.supervision.Supervisor;
import io.erlmcp.supervision.SupervisorSpec;
import io.erlmcp.supervision.Surroundings;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recovery manager with a real supervisor. */
class TreeRecoveryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ComponentId A = ComponentId.of("a");

    @TempDir Path data;

    private final List<RecoveryEvent> events = new CopyOnWriteArrayList<>();
    private final FakeNode node = new FakeNode();
    private final Timers timers = new Timers("test");
    private final Set<ComponentId> denied = ConcurrentHashMap.newKeySet();
    private @Nullable Supervisor root;
    private @Nullable Recovery recovery;

    @BeforeEach
    void start() throws Exception {
        recovery = make(RecoveryLimits.DEFAULTS);
        root = start(recovery);
    }

    private Recovery make(RecoveryLimits recoveryLimits) {
        Observer observer = this::heard;
        return new Recovery(
                recoveryLimits,
                new Recovery.Around(
                        Time.system(), timers, observer, Secrets.of(List.of("sesame")), data),
                node,
                node);
    }

    private void heard(Event event) {
        if (event instanceof RecoveryEvent it) {
            events.add(it);
        }
    }

    private Supervisor start(Recovery made) throws Exception {
        StartGate gate = component -> denied.contains(component) ? "component_halted" : null;
        ChildSpec child = ChildSpec.permanent("a", life -> () -> {});
        return Supervisor.start(
                new SupervisorSpec(
                        Strategy.DYNAMIC,
                        new Intensity(10, Duration.ofSeconds(60)),
                        10,
                        List.of(child)),
                new Surroundings(Time.system(), timers, made, made, gate),
                new Life());
    }

    private static final class Life implements ComponentFactory.Life {
        @Override
        public ComponentId id() {
            return ComponentId.NODE;
        }

        @Override
        public void failed(Throwable cause) {
            throw new AssertionError("the supervisor gave up", cause);
        }

        @Override
        public void ended() {
            throw new AssertionError("the supervisor ended");
        }

        @Override
        public void whenGone(Runnable action) {
            throw new AssertionError("nobody asks");
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        root().stop();
        recovery().close();
        timers.close();
    }

    private Supervisor root() {
        return Objects.requireNonNull(root);
    }

    private Recovery recovery() {
        return Objects.requireNonNull(recovery);
    }

    private ComponentState a() {
        return root().states().getFirst();
    }

    private void crash(int restarts, ComponentStatus expected) {
        root().fail(A, new IOException("crash"));
        await().atMost(PATIENCE)
                .until(() -> a().restarts() == restarts && a().status() == expected);
    }

    private void crashes(int count) {
        await().atMost(PATIENCE).until(() -> a().status() == ComponentStatus.RUNNING);
        for (int i = 1; i <= count; i++) {
            crash(Math.min(i, 5), i == 6 ? ComponentStatus.HALTED : ComponentStatus.RUNNING);
        }
    }

    private <T extends RecoveryEvent> T awaitEvent(Class<T> type) {
        await().atMost(PATIENCE).until(() -> events.stream().anyMatch(type::isInstance));
        return events.stream().filter(type::isInstance).map(type::cast).findFirst().orElseThrow();
    }

    @Test
    @Requirement("strategist.steps")
    void theNodeIsAskedToHoldBackForAFailureForWantOfMemory() {
        crashes(0);
        root().fail(A, new OutOfMemoryError("Java heap space"));
        await().atMost(PATIENCE).until(() -> node.heldBack.equals(List.of("a: MEMORY")));
    }

    @Test
    @Requirement({"recovery.manager", "recovery.halt-after", "recovery.exhausted-alert"})
    void theFifthCrashIsStartedAgainAndTheSixthIsHaltedAndTold() {
        crashes(5);
        assertThat(node.halts).isEmpty();
        assertThat(events).noneMatch(RecoveryEvent.Exhausted.class::isInstance);
        assertThat(node.shown).containsEntry(A, Condition.DEGRADED);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(node.receipts)
                                        .containsExactly(
                                                "recovery.degrade a {\"class\":\"persistent\"}"));

        crash(5, ComponentStatus.HALTED);

        assertThat(awaitEvent(RecoveryEvent.Exhausted.class).count()).isEqualTo(6);
        await().atMost(PATIENCE)
                .until(
                        () ->
                                node.halts.equals(
                                        List.of(
                                                "a: failed again after 5 restarts within 60 s"
                                                        + " (persistent): IOException: crash")));
        assertThat(node.shown).containsEntry(A, Condition.HALTED);
    }

    @Test
    @Requirement("strategist.steps")
    void whatShowsWhatHappenedIsKeptBoundedAndWithoutSecrets() throws Exception {
        crashes(1);
        awaitEvent(RecoveryEvent.BundleKept.class);

        Bundle bundle = recovery().bundle(A).orElseThrow();
        Path file = data.resolve("recovery/a.json");
        String text = Files.readString(file);

        assertThat(bundle.parts().get("stderr"))
                .endsWith("line 999", "password=*** and ***")
                .hasSizeGreaterThan(100);
        assertThat(bundle.parts().get("log").getFirst()).hasSize(300).endsWith("...");
        assertThat(bundle.chars())
                .isLessThanOrEqualTo(RecoveryLimits.DEFAULTS.bundles().maxChars());
        assertThat(text).doesNotContain("hunter2", "sesame");
        assertThat(Json.parseObject(text)).isEqualTo(bundle.json());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(data.resolve("recovery"))))
                .isEqualTo("rwx------");
        assertThat(make(RecoveryLimits.DEFAULTS).bundle(A)).as("the next run has it").isPresent();
    }

    @Test
    @Requirement("recovery.halt-check")
    void aRestartThatIsDeniedIsToldAndStandsInTheDecisions() {
        await().atMost(PATIENCE).until(() -> a().status() == ComponentStatus.RUNNING);
        denied.add(A);

        root().fail(A, new IOException("crash"));

        assertThat(awaitEvent(RecoveryEvent.RestartDenied.class).reason())
                .isEqualTo("component_halted");
        await().atMost(PATIENCE).until(() -> a().status() == ComponentStatus.HALTED);
        assertThat(a().reason()).isEqualTo("component_halted");
        assertThat(recovery().decisions())
                .anySatisfy(
                        it ->
                                assertThat(it.json().toJson())
                                        .contains("\"decision\":\"denied\"", "component_halted"));
    }

    @Test
    void aHaltThatCannotBeKeptAndALookThatFailsAreTold() {
        node.isBroken = true;
        crashes(6);

        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(events)
                                        .filteredOn(RecoveryEvent.NotDone.class::isInstance)
                                        .extracting(it -> ((RecoveryEvent.NotDone) it).what())
                                        .contains("halt", "investigation"));
        assertThat(a().status()).isEqualTo(ComponentStatus.HALTED);
    }

    @Test
    @Requirement({"strategist.steps", "recovery.strategist-use"})
    void whatLastsForThePeriodHasRecovered() {
        node.limits =
                new RestartLimits(
                        new Intensity(5, Duration.ofMillis(300)),
                        new RestartPause(Duration.ofMillis(1), Duration.ofMillis(2)));
        crashes(1);

        awaitEvent(RecoveryEvent.Recovered.class);

        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(new RecoveryView(recovery()).all().toJson())
                                        .contains(
                                                "\"step\":\"attempt\",\"tried\":1,"
                                                        + "\"succeeded\":1")
                                        .contains("\"result\":\"skipped\""));
    }

    private JsonObject one() {
        return Objects.requireNonNull(new RecoveryView(recovery()).one(A));
    }

    @Test
    void thePageOfAComponentHasEverythingOfIt() {
        crashes(6);
        awaitEvent(RecoveryEvent.BundleKept.class);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(one().requireInteger("failures")).isEqualTo(6));

        JsonObject one = one();

        assertThat(one.requireString("condition")).isEqualTo("halted");
        assertThat(one.requireArray("history").size()).isEqualTo(6);
        assertThat(one.requireString("trend")).isEqualTo("increasing");
        assertThat(one.requireObject("next").requireString("class")).isEqualTo("persistent");
        assertThat(one.requireArray("carries").toJson()).contains("tools/x");
        assertThat(one.requireObject("bundle").requireString("component")).isEqualTo("a");
        assertThat(new RecoveryView(recovery()).one(ComponentId.of("none"))).isNull();
    }

    @Test
    @Requirement("security.operations")
    void theDecisionLogIsBounded() {
        RecoveryLimits usual = RecoveryLimits.DEFAULTS;
        Recovery small =
                make(
                        new RecoveryLimits(
                                1,
                                1,
                                3,
                                usual.trendWindow(),
                                usual.cascadeWindow(),
                                usual.bundles()));
        for (int i = 0; i < 5; i++) {
            small.on(new io.erlmcp.supervision.SupervisionEvent.StartDenied(A, "denial " + i));
        }
        assertThat(small.decisions()).hasSize(3);
        assertThat(small.decisions().getFirst().json().toJson()).contains("denial 2");
    }

    @Test
    @Requirement("sup.restart-time")
    void aChildWithACleanHistoryIsStartedAgainWithinASecond() {
        node.limits = RestartLimits.DEFAULTS;
        await().atMost(PATIENCE).until(() -> a().status() == ComponentStatus.RUNNING);
        long before = System.nanoTime();

        crash(1, ComponentStatus.RUNNING);

        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void whatEarlierRunsDecidedStandsBeforeWhatThisOneDid() {
        node.earlier =
                List.of(
                        Decision.read(
                                Instant.EPOCH,
                                "a",
                                Decision.DECIDE,
                                JsonObject.of("decision", "halt", "class", "persistent")));
        crashes(1);
        await().atMost(PATIENCE).until(() -> recovery().decisions().size() >= 2);

        List<Decision> all = recovery().allDecisions();

        assertThat(all.getFirst().json().requireBool("earlier")).isTrue();
        assertThat(all).hasSizeGreaterThanOrEqualTo(3);
        assertThat(one().requireArray("decisions").toJson())
                .contains("\"earlier\":true", "attempt");
        assertThat(all).filteredOn(it -> it.what().has("earlier")).hasSize(1);
    }
}
