package io.erlmcp.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.protocol.Empty;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.resilience.Refusal;
import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Requirement("transport.http.inflight")
class DispatcherTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private static final int WAITING = 20;

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger runs = new AtomicInteger();
    private Probe probe = new Probe(Probe.limits(10, 1, LONG), Time.system());

    @AfterEach
    void close() {
        release.countDown();
        probe.close();
    }

    private void hold() {
        probe.code =
                exchange -> {
                    runs.incrementAndGet();
                    entered.countDown();
                    release.await();
                    return Empty.RESULT;
                };
    }

    private DispatchEvent.CallFinished finished() throws InterruptedException {
        return (DispatchEvent.CallFinished) probe.event();
    }

    @Test
    void everyStageIsPassedInItsOrder() throws Exception {
        probe.code =
                exchange -> {
                    assertThat(probe.events).as("observe ends last").isEmpty();
                    assertThat(probe.quota.used()).as("admitted").isEqualTo(1);
                    assertThat(exchange.deadline().timeLeft(System.nanoTime())).isPresent();
                    return Empty.RESULT;
                };
        assertThat(probe.dispatch("ping").code()).isZero();
        assertThat(finished().outcome()).isEqualTo(DispatchEvent.Outcome.OK);
        assertThat(probe.quota.used()).isZero();
    }

    @Test
    void theDeadlineStartsWhenTheCallIsAdmittedNotWhileItWaits() throws Exception {
        hold();
        Probe.Answer first = probe.dispatch("ping");
        entered.await();
        Probe.Answer waiting = new Probe.Answer();
        Exchange second = probe.exchange("ping", waiting);
        probe.dispatcher.dispatch(second);
        await().until(() -> probe.dispatcher.waiting() == 1);
        assertThat(second.deadline().timeLeft(System.nanoTime())).isEmpty();
        release.countDown();
        assertThat(first.code()).isZero();
        assertThat(waiting.code()).isZero();
        assertThat(second.deadline().timeLeft(System.nanoTime())).isPresent();
    }

    @Test
    @Requirement("R22")
    void aCallThatWaitedIsRefusedWhenItsComponentWasHaltedMeanwhile() throws Exception {
        hold();
        Probe.Answer first = probe.dispatch("ping");
        entered.await();
        Probe.Answer second = probe.dispatch("ping");
        await().until(() -> probe.dispatcher.waiting() == 1);

        probe.gate =
                (method, name) ->
                        new Refusal(Refusal.Kind.HALTED, ComponentId.NODE, "halted", null, null);
        release.countDown();

        assertThat(first.code()).as("it ran already").isZero();
        assertThat(second.code()).isEqualTo(ErrorCode.HALTED);
        assertThat(runs).hasValue(1);
        await().until(() -> probe.quota.used() == 0);
    }

    @Test
    @Requirement("andon.conn-tracking")
    void callsInProgressAreCountedAndStoppedByWhatTheyCall() throws Exception {
        hold();
        Probe.Answer answer = probe.dispatch("ping");
        entered.await();

        assertThat(probe.dispatcher.inFlight((method, name) -> method.equals("ping")).count())
                .isEqualTo(1);
        assertThat(probe.dispatcher.inFlight((method, name) -> false).count()).isZero();
        assertThat(probe.dispatcher.stop((method, name) -> false, "why")).isZero();
        assertThat(probe.dispatcher.stop((method, name) -> true, "why")).isEqualTo(1);

        assertThat(answer.code()).isEqualTo(ErrorCode.INTERRUPTED);
        assertThat(probe.dispatcher.inFlight((method, name) -> true).count()).isZero();
    }

    @Test
    @Requirement("andon.conn-tracking")
    void callsInProgressAreCountedAndStoppedByTheWayTheyCame() throws Exception {
        hold();
        Probe.Answer answer = new Probe.Answer();
        answer.transport = "tcp";
        probe.dispatcher.dispatch(probe.exchange("ping", answer));
        entered.await();

        assertThat(probe.dispatcher.inFlight(Set.of("tcp", "unix")).count()).isEqualTo(1);
        assertThat(probe.dispatcher.inFlight(Set.of("http")).count()).isZero();
        assertThat(probe.dispatcher.stop(Set.of("http"), "why")).isZero();
        assertThat(probe.dispatcher.stop(Set.of("tcp"), "why")).isEqualTo(1);

        assertThat(answer.code()).isEqualTo(ErrorCode.INTERRUPTED);
    }

    @Test
    @Requirement("andon.persist-hooks")
    void whatTheNextProcessWillRunIsLeftAtTheStopAndAllElseIsAnswered() throws Exception {
        probe.close();
        probe = new Probe(Probe.limits(1, 2, LONG), Time.system());
        hold();
        Probe.Answer answered = probe.dispatch("ping");
        entered.await();
        Probe.Answer left = new Probe.Answer();
        left.canLeave = true;
        probe.dispatcher.dispatch(probe.exchange("ping", left));
        Probe.Answer late = new Probe.Answer();
        late.waitsLate = true;
        probe.dispatcher.dispatch(probe.exchange("ping", late));
        await().until(() -> probe.dispatcher.waiting() == 2);

        probe.dispatcher.stop();

        assertThat(answered.code()).isEqualTo(ErrorCode.INTERRUPTED);
        await().until(() -> probe.dispatcher.inFlight() == 0);
        assertThat(left.count()).as("neither answered nor dropped").isZero();
        assertThat(late.count()).as("began to wait a moment ago").isZero();
    }

    /** The first to be interrupted gives its permit back, with which one that waits would begin. */
    @Test
    @Requirement("andon.persist-hooks")
    void whatWaitsAtTheStopIsLeftBeforeAnythingIsInterrupted() throws Exception {
        probe.close();
        probe = new Probe(Probe.limits(1, 2 * WAITING, LONG), Time.system());
        hold();
        List<Probe.Answer> waiting = new ArrayList<>();
        AtomicInteger leftBefore = new AtomicInteger();
        Probe.Answer running = new Probe.Answer();
        running.whenAnswered =
                () -> leftBefore.set((int) waiting.stream().filter(it -> it.left).count());
        probe.dispatcher.dispatch(probe.exchange("ping", running));
        entered.await();
        for (int i = 0; i < WAITING; i++) {
            Probe.Answer answer = new Probe.Answer();
            answer.canLeave = true;
            waiting.add(answer);
            probe.dispatcher.dispatch(probe.exchange("ping", answer));
        }
        await().until(() -> probe.dispatcher.waiting() == WAITING);

        probe.dispatcher.stop();

        assertThat(running.code()).isEqualTo(ErrorCode.INTERRUPTED);
        assertThat(leftBefore).hasValue(WAITING);
        await().until(() -> probe.dispatcher.inFlight() == 0);
        assertThat(runs).as("none of them began").hasValue(1);
    }

    @Test
    @Requirement("andon.persist-hooks")
    void whatComesAfterTheStopIsLeftToTheNextProcessWhereThatWillRunIt() throws Exception {
        probe.dispatcher.stop();
        Probe.Answer left = new Probe.Answer();
        left.canLeave = true;
        probe.dispatcher.dispatch(probe.exchange("ping", left));
        assertThat(left.count()).as("neither answered nor dropped").isZero();
        assertThat(probe.dispatch("ping").code()).isEqualTo(ErrorCode.INTERRUPTED);
    }

    @Test
    void aCallForWhichThereIsNoThreadIsNotCounted() {
        Probe.Answer answer = new Probe.Answer();
        answer.hasNoThread = true;
        assertThatThrownBy(() -> probe.dispatcher.dispatch(probe.exchange("ping", answer)))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(probe.dispatcher.inFlight()).isZero();
    }

    @Test
    void anUnknownMethodIsObservedToo() throws Exception {
        assertThat(probe.dispatch("nope").code()).isEqualTo(ErrorCode.METHOD_NOT_FOUND);
        DispatchEvent.CallFinished event = finished();
        assertThat(event.outcome()).isEqualTo(DispatchEvent.Outcome.REFUSED);
        assertThat(event.code()).isEqualTo(ErrorCode.METHOD_NOT_FOUND);
        assertThat(event.target()).isNull();
    }

    @Test
    void whatWasCancelledBeforeItBeganDoesNotRun() throws Exception {
        probe.code =
                exchange -> {
                    runs.incrementAndGet();
                    return Empty.RESULT;
                };
        for (boolean inline : new boolean[] {true, false}) {
            probe.isInline = inline;
            Probe.Answer answer = new Probe.Answer();
            Exchange exchange = probe.exchange("ping", answer);
            exchange.cancel();
            probe.dispatcher.dispatch(exchange);
            assertThat(answer.wasDropped()).isTrue();
            await().until(() -> probe.dispatcher.inFlight() == 0);
        }
        assertThat(runs).hasValue(0);
    }

    @Test
    void atTheBoundACallWaitsAndOnePastItIsRefusedAtOnce() throws Exception {
        hold();
        Probe.Answer running = probe.dispatch("ping");
        entered.await();
        Probe.Answer waiting = probe.dispatch("ping");
        await().until(() -> probe.dispatcher.waiting() == 1);
        assertThat(probe.dispatch("ping").code()).isEqualTo(ErrorCode.OVERLOADED);
        release.countDown();
        assertThat(running.code()).isZero();
        assertThat(waiting.code()).isZero();
        await().until(() -> probe.quota.used() == 0);
    }

    @Test
    void whoWaitsForLongerThanACallMayTakeIsRefused() throws Exception {
        probe.close();
        probe = new Probe(Probe.limits(10, 1, Duration.ofMillis(30)), new Probe.Clock());
        hold();
        Probe.Answer running = probe.dispatch("ping");
        entered.await();
        assertThat(probe.dispatch("ping").code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(probe.dispatcher.waiting()).isZero();
        release.countDown();
        assertThat(running.code()).isZero();
    }

    @Test
    void aCallThatIsCancelledWhileItWaitsTakesNoPermitWithIt() throws Exception {
        hold();
        Probe.Answer running = probe.dispatch("ping");
        entered.await();
        Probe.Answer waiting = new Probe.Answer();
        Exchange second = probe.exchange("ping", waiting);
        probe.dispatcher.dispatch(second);
        await().until(() -> probe.dispatcher.waiting() == 1);
        second.cancel();
        assertThat(waiting.wasDropped()).isTrue();
        await().until(() -> probe.dispatcher.waiting() == 0);
        release.countDown();
        assertThat(running.code()).isZero();
        await().until(() -> probe.quota.used() == 0 && probe.dispatcher.inFlight() == 0);
        assertThat(runs).hasValue(1);
    }

    @Test
    void permitsComeBackHoweverACallEnds() throws Exception {
        Throwable[] ends = {
            new IllegalStateException("a bug"),
            new StackOverflowError(),
            new McpException(ErrorCode.HALTED, "halted"),
            new InterruptedException(),
            null
        };
        for (Throwable end : ends) {
            probe.code =
                    exchange -> {
                        switch (end) {
                            case Exception e -> throw e;
                            case Error e -> throw e;
                            case null, default -> {
                                return null;
                            }
                        }
                    };
            assertThat(probe.dispatch("ping").code()).isNotZero();
            await().until(() -> probe.quota.used() == 0 && probe.dispatcher.inFlight() == 0);
        }
    }

    /** Hears no interrupt. */
    private static void awaitDeaf(CountDownLatch latch) {
        boolean isReleased = false;
        while (!isReleased) {
            try {
                isReleased = latch.await(1, TimeUnit.HOURS);
            } catch (InterruptedException ignored) {
                isReleased = false;
            }
        }
    }

    @Test
    @Requirement("R26")
    void anAbandonedCallKeepsItsPermitUntilItsThreadEnds() throws Exception {
        probe.close();
        probe = new Probe(Probe.limits(10, 0, Duration.ofMillis(20)), Time.system());
        probe.code =
                exchange -> {
                    awaitDeaf(release);
                    return Empty.RESULT;
                };
        assertThat(probe.dispatch("ping").code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        await().until(() -> probe.dispatcher.abandoned() == 1);
        assertThat(probe.dispatcher.inFlight()).isZero();
        assertThat(probe.event()).isInstanceOf(DispatchEvent.CallAbandoned.class);
        assertThat(probe.dispatch("ping").code()).isEqualTo(ErrorCode.OVERLOADED);
        release.countDown();
        await().until(() -> probe.dispatcher.abandoned() == 0 && probe.quota.used() == 0);
        assertThat(probe.dispatcher.inFlight()).isZero();
    }

    @Test
    void aLoopThatIsHeldForTooLongIsReported() throws Exception {
        probe.close();
        Probe.Clock clock = new Probe.Clock();
        probe = new Probe(Probe.limits(1, 1, LONG), clock);
        probe.isInline = true;
        probe.code =
                exchange -> {
                    clock.pass(Duration.ofMillis(50));
                    return Empty.RESULT;
                };
        assertThat(probe.dispatch("ping").code()).isZero();
        assertThat(finished().outcome()).isEqualTo(DispatchEvent.Outcome.OK);
        assertThat(probe.events).as("at the limit").isEmpty();
        probe.code =
                exchange -> {
                    clock.pass(Duration.ofMillis(50).plusNanos(1));
                    return Empty.RESULT;
                };
        assertThat(probe.dispatch("ping").code()).isZero();
        finished();
        assertThat(probe.event())
                .isInstanceOfSatisfying(
                        DispatchEvent.LoopBlocked.class,
                        event -> assertThat(event.nanos()).isEqualTo(50_000_001));
    }

    @Test
    @Requirement("R19")
    void whatRunsWhenItStopsIsAnsweredInterruptedAndSoIsWhatComesLater() throws Exception {
        hold();
        Probe.Answer running = probe.dispatch("ping");
        entered.await();
        probe.dispatcher.stop();
        assertThat(running.code()).isEqualTo(ErrorCode.INTERRUPTED);
        DispatchEvent.CallFinished event = finished();
        assertThat(event.outcome()).isEqualTo(DispatchEvent.Outcome.CANCELLED);
        assertThat(event.code()).isEqualTo(ErrorCode.INTERRUPTED);
        assertThat(probe.dispatch("ping").code()).isEqualTo(ErrorCode.INTERRUPTED);
        assertThat(runs).hasValue(1);
    }

    @Test
    void boundsAreChecked() {
        assertThat(new CallLimits(1, 1, 0, LONG, LONG).maxWaiting()).isZero();
        assertThatThrownBy(() -> new CallLimits(0, 1, 0, LONG, LONG))
                .hasMessageContaining("maxRunning must be at least 1: 0");
        assertThatThrownBy(() -> new CallLimits(1, 0, 0, LONG, LONG))
                .hasMessageContaining("maxRunningPerCaller must be at least 1: 0");
        assertThatThrownBy(() -> new CallLimits(1, 1, -1, LONG, LONG))
                .hasMessageContaining("maxWaiting must not be negative: -1");
        assertThatThrownBy(() -> new CallLimits(1, 1, 0, Duration.ZERO, LONG))
                .hasMessageContaining("PT0S");
        assertThatThrownBy(() -> new CallLimits(1, 1, 0, LONG, Duration.ofNanos(-1)))
                .hasMessageContaining("time-outs must be positive");
    }
}
