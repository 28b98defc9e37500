package io.erlmcp.supervision;

import static io.erlmcp.supervision.Nursery.ms;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.supervision.SupervisionEvent.Abandoned;
import io.erlmcp.supervision.SupervisionEvent.AbandonedReturned;
import io.erlmcp.testing.Requirement;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Components that take too long, do not listen, or throw where they should not. */
class StuckComponentTest {
    private final Nursery nursery = new Nursery();

    @AfterEach
    void stop() throws InterruptedException {
        nursery.close();
    }

    @Test
    void aStartThatTakesTooLongIsInterruptedAndFails() {
        ChildSpec slow =
                ChildSpec.permanent(
                                "slow",
                                life -> {
                                    new CountDownLatch(1).await();
                                    return nursery.run(life);
                                })
                        .withTimeouts(ms(50), ms(1000));
        assertThatThrownBy(() -> nursery.start(SupervisorSpec.of(Strategy.ONE_FOR_ONE, slow)))
                .isInstanceOf(TimeoutException.class)
                .hasMessage("slow has not started within 50 ms");
        assertThat(nursery.told(Abandoned.class)).isEmpty();
    }

    @Test
    void aStartThatIgnoresItsInterruptionIsAbandonedAndItsLateComponentStopped() {
        CountDownLatch release = new CountDownLatch(1);
        ChildSpec deaf =
                ChildSpec.permanent(
                                "deaf",
                                life -> {
                                    awaitDeaf(release);
                                    return nursery.run(life);
                                })
                        .withTimeouts(ms(50), ms(1000));
        assertThatThrownBy(() -> nursery.start(SupervisorSpec.of(Strategy.ONE_FOR_ONE, deaf)))
                .isInstanceOf(TimeoutException.class);
        assertThat(nursery.told(Abandoned.class))
                .containsExactly(new Abandoned(ComponentId.of("deaf"), "start", ms(50)));
        release.countDown();
        await().until(() -> nursery.told(AbandonedReturned.class).count() == 1);
        assertThat(nursery.log).containsExactly("+deaf", "-deaf");
    }

    private static void awaitDeaf(CountDownLatch release) {
        boolean isReleased = false;
        while (!isReleased) {
            try {
                isReleased = release.await(1, TimeUnit.HOURS);
            } catch (InterruptedException ignored) {
                isReleased = false;
            }
        }
    }

    @Test
    @Requirement("sup.graceful-terminate")
    void aChildThatDoesNotStopIsAbandonedLoudlyAndReplaced() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        ChildSpec deaf =
                ChildSpec.permanent(
                                "deaf",
                                life -> {
                                    nursery.run(life);
                                    return () -> awaitDeaf(release);
                                })
                        .withTimeouts(ms(5000), ms(50));
        Supervisor supervisor = nursery.start(SupervisorSpec.of(Strategy.ONE_FOR_ONE, deaf));
        nursery.crash("deaf");
        await().until(() -> nursery.runs(supervisor, "deaf", 2));
        assertThat(nursery.told(Abandoned.class))
                .containsExactly(new Abandoned(ComponentId.of("deaf"), "stop", ms(50)));
        release.countDown();
        await().until(() -> nursery.told(AbandonedReturned.class).count() == 1);
    }

    @Test
    void aStopDuringAStartInterruptsItAndStopsWhatItMade() throws Exception {
        CountDownLatch isStarting = new CountDownLatch(1);
        Supervisor supervisor = nursery.start(SupervisorSpec.dynamic(Intensity.DEFAULT, 1));
        supervisor.add(
                ChildSpec.permanent(
                        "slow",
                        life -> {
                            isStarting.countDown();
                            try {
                                new CountDownLatch(1).await();
                            } catch (InterruptedException e) {
                                nursery.log.add("interrupted");
                            }
                            return nursery.run(life);
                        }));
        isStarting.await();
        supervisor.remove("slow");
        assertThat(nursery.log).containsExactly("interrupted", "+slow", "-slow");
    }

    @Test
    void anErrorInAStartIsAFailureAndABugInAStopIsTold() throws Exception {
        AtomicBoolean isFirst = new AtomicBoolean(true);
        Supervisor supervisor =
                nursery.start(
                        SupervisorSpec.of(
                                Strategy.DYNAMIC,
                                ChildSpec.permanent(
                                        "deep",
                                        life -> {
                                            if (isFirst.getAndSet(false)) {
                                                throw new StackOverflowError();
                                            }
                                            nursery.run(life);
                                            return () -> {
                                                throw new IllegalStateException("no");
                                            };
                                        })));
        await().until(() -> nursery.runs(supervisor, "deep", 1));
        supervisor.restart(ComponentId.of("deep"));
        await().until(() -> nursery.runs(supervisor, "deep", 2));
        assertThat(nursery.told(SupervisionEvent.StopFailed.class)).hasSize(1);
    }

    @Test
    @Requirement("sup.monitor-cleanup")
    void aMonitorRunsOnceBeforeTheNextRunAndAtOnceWhenTheRunIsGone() throws Exception {
        Supervisor supervisor =
                nursery.start(SupervisorSpec.of(Strategy.ONE_FOR_ONE, nursery.child("a")));
        ComponentFactory.Life first = nursery.life("a");
        first.whenGone(
                () -> {
                    throw new IllegalStateException("a bug");
                });
        first.whenGone(() -> nursery.log.add("gone"));
        nursery.crash("a");
        await().until(() -> nursery.runs(supervisor, "a", 2));
        assertThat(nursery.log).containsExactly("+a", "-a", "gone", "+a");
        first.whenGone(() -> nursery.log.add("late"));
        assertThat(nursery.log).endsWith("late");
        nursery.crash("a");
        await().until(() -> nursery.runs(supervisor, "a", 3));
        assertThat(nursery.log).containsOnlyOnce("gone");
        assertThat(nursery.told(SupervisionEvent.MonitorFailed.class)).hasSize(1);
    }
}
