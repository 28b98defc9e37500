package io.erlmcp.supervision;

import static io.erlmcp.supervision.Nursery.ms;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.supervision.SupervisionEvent.Escalated;
import io.erlmcp.supervision.SupervisionEvent.StartDenied;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SupervisorTest {
    private final Nursery nursery = new Nursery();

    @AfterEach
    void stop() throws InterruptedException {
        nursery.close();
    }

    private Supervisor three(Strategy strategy) throws Exception {
        return nursery.start(
                SupervisorSpec.of(
                        strategy, nursery.child("a"), nursery.child("b"), nursery.child("c")));
    }

    @Test
    @Requirement("sup.graceful-terminate")
    void childrenStartInOrderAndStopInReverse() throws Exception {
        Supervisor supervisor = three(Strategy.ONE_FOR_ONE);
        supervisor.stop();
        assertThat(nursery.log).containsExactly("+a", "+b", "+c", "-c", "-b", "-a");
    }

    @Test
    @Requirement("sup.strategy")
    void oneForOneRestartsTheFailedChildAlone() throws Exception {
        Supervisor supervisor = three(Strategy.ONE_FOR_ONE);
        nursery.crash("b");
        await().until(() -> nursery.runs(supervisor, "b", 2));
        assertThat(nursery.log).containsExactly("+a", "+b", "+c", "-b", "+b");
    }

    @Test
    @Requirement("sup.strategy")
    void oneForAllRestartsAll() throws Exception {
        Supervisor supervisor = three(Strategy.ONE_FOR_ALL);
        nursery.crash("b");
        await().until(() -> nursery.runs(supervisor, "c", 2));
        assertThat(nursery.log)
                .containsExactly("+a", "+b", "+c", "-c", "-b", "-a", "+a", "+b", "+c");
    }

    @Test
    @Requirement("sup.strategy")
    void restForOneRestartsTheChildAndThoseAfterIt() throws Exception {
        Supervisor supervisor = three(Strategy.REST_FOR_ONE);
        nursery.crash("b");
        await().until(() -> nursery.runs(supervisor, "c", 2));
        assertThat(nursery.log).containsExactly("+a", "+b", "+c", "-c", "-b", "+b", "+c");
    }

    @Test
    @Requirement("sup.strategy")
    void permanentTransientAndTemporaryDifferInWhatBringsThemBack() throws Exception {
        Supervisor supervisor =
                nursery.start(
                        SupervisorSpec.of(
                                Strategy.ONE_FOR_ONE,
                                nursery.child("permanent"),
                                nursery.child("transient").withRestart(Restart.TRANSIENT),
                                nursery.child("temporary").withRestart(Restart.TEMPORARY)));
        nursery.life("permanent").ended();
        nursery.crash("transient");
        nursery.crash("temporary");
        await().until(() -> nursery.runs(supervisor, "permanent", 2));
        await().until(() -> nursery.runs(supervisor, "transient", 2));
        await().until(() -> status(supervisor, "temporary") == ComponentStatus.ENDED);
        nursery.life("transient").ended();
        await().until(() -> status(supervisor, "transient") == ComponentStatus.ENDED);
        assertThat(nursery.starts("temporary")).isEqualTo(1);
        assertThat(nursery.starts("transient")).isEqualTo(2);
    }

    private ComponentStatus status(Supervisor supervisor, String path) {
        return nursery.state(supervisor, path).status();
    }

    @Test
    @Requirement("sup.isolation")
    void anObserverThatEndsInAnErrorLeavesNobodyUnsupervised() throws Exception {
        Supervisor supervisor = three(Strategy.ONE_FOR_ONE);
        nursery.telemetry =
                event -> {
                    throw new StackOverflowError("from telemetry");
                };
        for (int starts = 2; starts <= 3; starts++) {
            int expected = starts;
            nursery.crash("b");
            await().dontCatchUncaughtExceptions()
                    .until(() -> nursery.runs(supervisor, "b", expected));
        }
        supervisor.stop();
        assertThat(nursery.log).endsWith("-c", "-b", "-a");
    }

    @Test
    @Requirement("sup.isolation")
    void aMonitorThatEndsInAnErrorLeavesNobodyUnsupervised() throws Exception {
        Supervisor supervisor = three(Strategy.ONE_FOR_ONE);
        nursery.life("b")
                .whenGone(
                        () -> {
                            throw new StackOverflowError("from a monitor");
                        });
        nursery.crash("b");
        await().until(() -> nursery.runs(supervisor, "b", 2));
    }

    @Test
    @Requirement("sup.isolation")
    void anAdvisorThatFailsDoesNotKeepItsSupervisorFromClosing() throws Exception {
        Supervisor supervisor = three(Strategy.ONE_FOR_ONE);
        nursery.advisor =
                failure -> {
                    throw new StackOverflowError("from the advisor");
                };
        nursery.crash("b");
        supervisor.stop();
        assertThat(nursery.log).contains("-c", "-b", "-a");
    }

    @Test
    @Requirement({"sup.strategy", "sup.restart-time"})
    void theFifthCrashInAMinuteIsForgivenAndTheSixthIsNot() throws Exception {
        Supervisor supervisor =
                nursery.start(SupervisorSpec.of(Strategy.ONE_FOR_ONE, nursery.child("a")));
        for (int crash = 1; crash <= 5; crash++) {
            int starts = crash + 1;
            nursery.crash("a");
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> nursery.runs(supervisor, "a", starts));
        }
        assertThat(nursery.rootFailed.getCount()).isEqualTo(1);
        nursery.crash("a");
        assertThat(nursery.rootFailed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(nursery.rootCause)
                .isInstanceOf(EscalationException.class)
                .hasMessage("a: more than 5 restarts within 60 s");
        assertThat(nursery.starts("a")).isEqualTo(6);
        assertThat(nursery.told(Escalated.class)).hasSize(1);
    }

    @Test
    @Requirement("sup.isolation")
    void aSupervisorThatGivesUpIsRestartedByItsParentAndTheOthersGoOn() throws Exception {
        SupervisorSpec fragile =
                SupervisorSpec.of(Strategy.ONE_FOR_ALL, nursery.child("x"), nursery.child("y"))
                        .withIntensity(new Intensity(0, Duration.ofSeconds(60)));
        Supervisor supervisor =
                nursery.start(
                        SupervisorSpec.of(
                                Strategy.ONE_FOR_ONE,
                                ChildSpec.supervisor("group", fragile),
                                nursery.child("b")));
        nursery.crash("group/x");
        await().until(() -> nursery.runs(supervisor, "group/y", 2));
        assertThat(nursery.starts("b")).isEqualTo(1);
        assertThat(nursery.state(supervisor, "group").restarts()).isEqualTo(1);
        assertThat(nursery.state(supervisor, "group").strategy()).isEqualTo(Strategy.ONE_FOR_ALL);
    }

    @Test
    void aChildThatCannotStartAtFirstStopsTheOthersAndIsThrown() {
        SupervisorSpec spec =
                SupervisorSpec.of(
                        Strategy.ONE_FOR_ONE,
                        nursery.child("a"),
                        nursery.fragile("b", attempt -> true),
                        nursery.child("c"));
        assertThatThrownBy(() -> nursery.start(spec))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("attempt 1");
        assertThat(nursery.log).containsExactly("+a", "!b", "-a");
    }

    @Test
    void aRestartThatFailsIsAFailureLikeAnyOther() throws Exception {
        Supervisor supervisor =
                nursery.start(
                        SupervisorSpec.of(
                                Strategy.REST_FOR_ONE,
                                nursery.fragile("a", attempt -> attempt == 2 || attempt == 3),
                                nursery.child("b")));
        nursery.crash("a");
        await().until(() -> nursery.runs(supervisor, "b", 2));
        assertThat(nursery.log).containsExactly("+a", "+b", "-b", "-a", "!a", "!a", "+a", "+b");
        assertThat(nursery.state(supervisor, "a").restarts()).isEqualTo(3);
    }

    @Test
    @Requirement({"sup.halt-aware", "recovery.halt-check", "recovery.init-check"})
    void aHaltedComponentIsNeitherStartedNorRestartedUntilItIsResumed() throws Exception {
        AtomicBoolean isHalted = new AtomicBoolean(true);
        nursery.gate =
                id -> id.path().equals("b") && isHalted.get() ? "halted by the operator" : null;
        Supervisor supervisor = three(Strategy.ONE_FOR_ONE);
        assertThat(status(supervisor, "b")).isEqualTo(ComponentStatus.HALTED);
        assertThat(nursery.state(supervisor, "b").reason()).isEqualTo("halted by the operator");
        assertThat(nursery.log).containsExactly("+a", "+c");
        supervisor.start(ComponentId.of("b"));
        await().untilAsserted(() -> assertThat(nursery.told(StartDenied.class)).hasSize(2));
        isHalted.set(false);
        supervisor.start(ComponentId.of("b"));
        await().until(() -> nursery.runs(supervisor, "b", 1));
        isHalted.set(true);
        nursery.crash("b");
        await().until(() -> status(supervisor, "b") == ComponentStatus.HALTED);
        await().untilAsserted(() -> assertThat(nursery.told(StartDenied.class)).hasSize(3));
        assertThat(nursery.starts("b")).isEqualTo(1);
    }

    @Test
    void adviceToDegradeOrHaltLeavesTheChildDownAndTheOthersAlone() throws Exception {
        nursery.advisor =
                failure ->
                        failure.component().path().equals("a")
                                ? new RestartAdvice.Degrade("no memory")
                                : new RestartAdvice.Halt("it keeps failing");
        Supervisor supervisor = three(Strategy.ONE_FOR_ONE);
        nursery.crash("a");
        nursery.crash("b");
        await().until(() -> status(supervisor, "a") == ComponentStatus.DEGRADED);
        await().until(() -> status(supervisor, "b") == ComponentStatus.HALTED);
        assertThat(status(supervisor, "c")).isEqualTo(ComponentStatus.RUNNING);
        assertThat(nursery.state(supervisor, "b").reason()).isEqualTo("it keeps failing");
        supervisor.start(ComponentId.of("a"));
        await().until(() -> nursery.runs(supervisor, "a", 2));
    }

    @Test
    @Requirement("recovery.manager")
    void aPauseComesBeforeTheRestartAndAnOperatorEndsIt() throws Exception {
        nursery.advisor = failure -> new RestartAdvice.After(Duration.ofHours(1));
        Supervisor supervisor = three(Strategy.ONE_FOR_ONE);
        nursery.crash("a");
        await().until(() -> status(supervisor, "a") == ComponentStatus.WAITING);
        supervisor.start(ComponentId.of("a"));
        await().until(() -> nursery.runs(supervisor, "a", 2));
    }

    @Test
    void operatorsStopStartAndRestartWithoutCountingFailures() throws Exception {
        Supervisor supervisor = three(Strategy.REST_FOR_ONE);
        ComponentId b = ComponentId.of("b");
        for (int i = 0; i < 10; i++) {
            int starts = i + 2;
            supervisor.restart(b);
            await().until(() -> nursery.runs(supervisor, "c", starts));
        }
        assertThat(nursery.starts("a")).isEqualTo(1);
        supervisor.stop(b);
        await().until(() -> status(supervisor, "b") == ComponentStatus.STOPPED);
        supervisor.start(b);
        await().until(() -> nursery.runs(supervisor, "b", 12));
        assertThat(nursery.rootFailed.getCount()).isEqualTo(1);
        assertThatThrownBy(() -> supervisor.stop(ComponentId.of("d")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no component d below node");
        assertThatThrownBy(() -> supervisor.stop(b.child("x")))
                .hasMessage("there is no component b/x: nothing runs below b");
    }

    @Test
    @Requirement("sup.conn-limit")
    void aDynamicSupervisorHasAHardLimitAndGetsAPlaceBackWhenAChildIsRemoved() throws Exception {
        Supervisor supervisor = nursery.start(SupervisorSpec.dynamic(Intensity.DEFAULT, 2));
        supervisor.add(nursery.child("a"));
        supervisor.add(nursery.child("b"));
        assertThatThrownBy(() -> supervisor.add(nursery.child("c")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("c: node has 2 children, its limit");
        assertThatThrownBy(() -> supervisor.add(nursery.child("a")))
                .isInstanceOf(IllegalStateException.class);
        await().until(() -> nursery.runs(supervisor, "a", 1));
        assertThat(supervisor.remove("a")).isTrue();
        assertThat(supervisor.remove("a")).isFalse();
        assertThat(nursery.log).contains("-a");
        supervisor.add(nursery.child("c"));
        await().until(() -> nursery.runs(supervisor, "c", 1));
        assertThat(supervisor.size()).isEqualTo(2);
    }

    @Test
    @Requirement("sup.strategy")
    void aTemporaryDynamicChildIsForgottenWhenItEnds() throws Exception {
        Supervisor supervisor = nursery.start(SupervisorSpec.dynamic(Intensity.DEFAULT, 1));
        for (int i = 0; i < 20; i++) {
            supervisor.add(nursery.child("t" + i).withRestart(Restart.TEMPORARY));
            String path = "t" + i;
            await().until(() -> nursery.runs(supervisor, path, 1));
            nursery.crash(path);
            await().until(() -> supervisor.size() == 0);
        }
        assertThat(supervisor.states()).isEmpty();
    }

    @Test
    @Requirement("sup.isolation")
    void aDynamicChildThatDoesNotStartDelaysNobody() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        Supervisor supervisor =
                nursery.start(
                        SupervisorSpec.of(
                                Strategy.DYNAMIC,
                                ChildSpec.permanent(
                                        "slow",
                                        life -> {
                                            release.await();
                                            return nursery.run(life);
                                        }),
                                nursery.child("quick")));
        await().until(() -> nursery.runs(supervisor, "quick", 1));
        assertThat(status(supervisor, "slow")).isEqualTo(ComponentStatus.STARTING);
        release.countDown();
        await().until(() -> nursery.runs(supervisor, "slow", 1));
    }

    @Test
    void anAdvisorOrAGateThatThrowsIsReportedAndTheSafeThingDone() throws Exception {
        Supervisor supervisor = three(Strategy.ONE_FOR_ONE);
        nursery.advisor =
                failure -> {
                    throw new IllegalStateException("advisor");
                };
        nursery.crash("a");
        await().until(() -> nursery.runs(supervisor, "a", 2));
        nursery.gate =
                id -> {
                    throw new IllegalStateException("gate");
                };
        nursery.crash("a");
        await().until(() -> status(supervisor, "a") == ComponentStatus.HALTED);
        await().untilAsserted(
                        () ->
                                assertThat(nursery.told(SupervisionEvent.DecisionFailed.class))
                                        .hasSize(3));
    }

    @Test
    @Requirement("sup.restart-time")
    void aFirstRestartWaitsForATenthOfASecondAtMost() throws Exception {
        nursery.advisor = RestartAdvisor.backoff();
        Supervisor supervisor = three(Strategy.ONE_FOR_ONE);
        nursery.crash("a");
        await().until(() -> nursery.runs(supervisor, "a", 2));
        assertThat(nursery.told(SupervisionEvent.Failed.class))
                .singleElement()
                .satisfies(
                        it ->
                                assertThat(((RestartAdvice.After) it.advice()).pause())
                                        .isBetween(ms(50), ms(100)));
    }
}
