package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.andon.Andon;
import io.erlmcp.andon.AndonEvent;
import io.erlmcp.andon.AndonLimits;
import io.erlmcp.andon.ReceiptQueue;
import io.erlmcp.guardian.GuardianEvent;
import io.erlmcp.guardian.Resource;
import io.erlmcp.migration.MigrationEvent;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import io.erlmcp.recovery.DecisionOutcome;
import io.erlmcp.recovery.Diagnosis;
import io.erlmcp.recovery.FailureAnalysis;
import io.erlmcp.recovery.FailureClass;
import io.erlmcp.recovery.Pattern;
import io.erlmcp.recovery.PlanStep;
import io.erlmcp.recovery.RecoveryEvent;
import io.erlmcp.recovery.StepResult;
import io.erlmcp.resilience.ResilienceEvent;
import io.erlmcp.runtime.Time;
import io.erlmcp.supervision.RestartAdvice;
import io.erlmcp.supervision.SupervisionEvent;
import io.erlmcp.testing.RecordedLife;
import io.erlmcp.testing.Requirement;
import io.erlmcp.upstream.UpstreamEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

@Requirement("tcps.receipts")
class ActionReceiptsTest {
    private static final ComponentId A = ComponentId.of("upstreams", "a");

    private final List<String> written = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private final ActionReceipts actions = new ActionReceipts(new Clock());

    /** A clock that the test moves. */
    private final class Clock implements Time {
        @Override
        public long nanos() {
            return nanos.get();
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }
    }

    private void happen(Event... events) {
        Andon andon =
                Andon.keepingNothing(
                        AndonLimits.DEFAULTS,
                        Time.system(),
                        event -> {
                            if (event instanceof AndonEvent.ReceiptWritten it) {
                                written.add(
                                        it.receipt().action()
                                                + " "
                                                + it.receipt().component()
                                                + " "
                                                + it.receipt().details());
                            }
                        });
        try (ReceiptQueue queue =
                new ReceiptQueue(andon.receipts(), Time.system(), Observer.NONE)) {
            queue.run(new RecordedLife());
            actions.on(queue);
            List.of(events).forEach(actions::on);
        }
    }

    private static RecoveryEvent decided(ComponentId component, RestartAdvice advice) {
        return decided(component, advice, 3);
    }

    private static RecoveryEvent decided(ComponentId component, RestartAdvice advice, int inARow) {
        return new RecoveryEvent.Decided(
                component,
                new Diagnosis(
                        FailureClass.PERSISTENT, inARow, 3, null, List.of(Pattern.SAME_ERROR)),
                Instant.EPOCH,
                advice,
                List.of(PlanStep.INVESTIGATE, PlanStep.ATTEMPT),
                "IllegalStateException: token=secret",
                new FailureAnalysis.Prediction(FailureClass.PERSISTENT, 60, "token=secret", 0));
    }

    @Test
    void decisionsAndRestartsLeaveReceiptsWithoutTheTextOfTheError() {
        happen(
                new SupervisionEvent.Started(A, 1, Duration.ZERO),
                decided(A, new RestartAdvice.After(Duration.ofSeconds(1))),
                new SupervisionEvent.Started(A, 2, Duration.ZERO),
                new RecoveryEvent.Settled(
                        A,
                        FailureClass.PERSISTENT,
                        3,
                        Instant.EPOCH,
                        DecisionOutcome.FAILED_AGAIN,
                        Map.of(
                                PlanStep.ATTEMPT,
                                StepResult.FAILED,
                                PlanStep.INVESTIGATE,
                                StepResult.SUCCEEDED)),
                new RecoveryEvent.RestartDenied(A, "component_halted"));
        assertThat(written)
                .containsExactly(
                        "recovery.decide upstreams/a"
                                + " {\"decision\":\"restart after PT1S\",\"class\":\"persistent\","
                                + "\"failures\":3,\"patterns\":[\"same_error\"],"
                                + "\"plan\":[\"investigate\",\"attempt\"],"
                                + "\"next\":\"persistent\",\"confidencePercent\":60,"
                                + "\"failedAt\":\"1970-01-01T00:00:00Z\"}",
                        "supervision.restarted upstreams/a {\"run\":2}",
                        "recovery.outcome upstreams/a"
                                + " {\"outcome\":\"failed_again\",\"class\":\"persistent\","
                                + "\"failures\":3,\"steps\":{\"investigate\":\"succeeded\","
                                + "\"attempt\":\"failed\"},"
                                + "\"failedAt\":\"1970-01-01T00:00:00Z\"}",
                        "recovery.deny upstreams/a {\"reason\":\"component_halted\"}");
    }

    @Test
    void eachDecisionHasAReceiptOfItsOwnHoweverSoonTheNextComes() {
        RestartAdvice again = new RestartAdvice.After(Duration.ZERO);
        happen(decided(A, again), decided(A, again), decided(A, again));
        assertThat(written).hasSize(3).noneMatch(it -> it.contains("times"));
    }

    @Test
    void afterTenInARowOneAnHourHasAReceipt() {
        RestartAdvice again = new RestartAdvice.After(Duration.ZERO);
        List<Event> events = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            events.add(decided(A, again, i));
            events.add(new SupervisionEvent.Started(A, i + 1, Duration.ZERO));
        }
        happen(events.toArray(Event[]::new));
        assertThat(written).filteredOn(it -> it.startsWith("recovery.decide")).hasSize(11);
        assertThat(written).anyMatch(it -> it.contains("\"failures\":11"));

        written.clear();
        nanos.set(Duration.ofHours(1).toNanos() - 1);
        happen(decided(A, again, 101));
        assertThat(written).isEmpty();
        nanos.set(Duration.ofHours(1).toNanos());
        happen(decided(A, again, 102), decided(A, again, 1));
        assertThat(written).hasSize(2);
    }

    @Test
    @Requirement("migrate.hybrid")
    void aMigrationSaysWhatItCopiedOnceAndAgainWhenItDidSomethingAndThatItCouldNot() {
        happen(
                new MigrationEvent.NotCompared("no disk at token=secret"),
                new MigrationEvent.Compared(10, 10, 0),
                new MigrationEvent.Reconciled("store-2", 2),
                new MigrationEvent.Violation("session", "3f9c01ab77de", "differs"),
                new MigrationEvent.EventsLost("store-2", "full"));
        assertThat(written)
                .containsExactly(
                        "migration.copy_failed sessions {}",
                        "migration.copied sessions"
                                + " {\"entries\":10,\"copied\":10,\"violations\":0}",
                        "migration.reconcile sessions {\"store\":\"store-2\",\"count\":2}",
                        "migration.correct sessions"
                                + " {\"kind\":\"session\",\"handle\":\"3f9c01ab77de\"}",
                        "migration.give_up_events sessions {\"store\":\"store-2\"}");
        written.clear();
        happen(new MigrationEvent.Compared(10, 0, 0));
        assertThat(written).as("nothing was done").isEmpty();
    }

    @Test
    void aChildThatIsPutLastAndPutBackLeavesReceipts() {
        happen(
                new UpstreamEvent.PutLast(A, "computes and says nothing"),
                new UpstreamEvent.PutBack(A));
        assertThat(written)
                .containsExactly(
                        "upstreams.put_last upstreams/a"
                                + " {\"why\":\"computes and says nothing\"}",
                        "upstreams.put_back upstreams/a {}");
    }

    @Test
    void breakersTheGuardianAndServersThatAreReplacedLeaveReceipts() {
        happen(
                new ResilienceEvent.BreakerChanged(A, "closed", "open", "5 failures in a row"),
                new GuardianEvent.Warned(Resource.MEMORY, "heap", 86, null, "look"),
                new GuardianEvent.Degraded(Resource.MEMORY, "heap", 91.4),
                new GuardianEvent.Recovered(Duration.ofSeconds(3)),
                new UpstreamEvent.Hung(A, 3),
                new UpstreamEvent.DefinitionChanged(A, "tool", "served", false),
                new UpstreamEvent.DefinitionChanged(A, "tool", "held", true));
        assertThat(written)
                .containsExactly(
                        "breaker.open upstreams/a"
                                + " {\"from\":\"closed\",\"reason\":\"5 failures in a row\"}",
                        "guardian.degrade node"
                                + " {\"resource\":\"memory\",\"what\":\"heap\",\"percent\":91}",
                        "guardian.recover node {\"heldMs\":3000}",
                        "upstreams.replace upstreams/a {\"missedPings\":3}",
                        "upstreams.hold upstreams/a {\"kind\":\"tool\",\"name\":\"held\"}");
    }

    @Test
    void eachDecisionAboutAFailureHasItsWord() {
        happen(
                decided(A, new RestartAdvice.Degrade("optional")),
                decided(ComponentId.of("upstreams", "b"), new RestartAdvice.Halt("too often")),
                decided(ComponentId.of("upstreams"), new RestartAdvice.Escalate("too often")));
        assertThat(written)
                .extracting(it -> it.replaceAll(".*\"decision\":\"([^\"]*)\".*", "$1"))
                .containsExactly("leave it down", "halt", "escalate");
    }

    @Test
    void whatIsGivenUpAndWhatTheGuardianDoesBesidesLeaveReceipts() {
        happen(
                new SupervisionEvent.Abandoned(A, "stop", Duration.ofSeconds(5)),
                new SupervisionEvent.Escalated(ComponentId.of("upstreams"), A, "too often"),
                new GuardianEvent.SheddingBegan("cpu", 99),
                new GuardianEvent.SheddingEnded(),
                new GuardianEvent.LimitsRaised(50),
                new GuardianEvent.CarriersChanged(1, 6, 8, 2),
                new UpstreamEvent.TooBig(A, 200, 100));
        assertThat(written)
                .containsExactly(
                        "supervision.abandon upstreams/a {\"work\":\"stop\"}",
                        "supervision.escalate upstreams {\"child\":\"upstreams/a\"}",
                        "guardian.shed node {\"what\":\"cpu\"}",
                        "guardian.shed_no_more node {}",
                        "guardian.raise node {\"percent\":50}",
                        "guardian.carriers node {\"parallelism\":6,\"abandoned\":2}",
                        "upstreams.replace upstreams/a {\"bytes\":200,\"most\":100}");
    }

    @Test
    void whatHappensBeforeThereIsSomebodyWhoWritesWaitsUpToAHundred() {
        RestartAdvice halt = new RestartAdvice.Halt("too often");
        for (int i = 0; i < 101; i++) {
            actions.on(decided(A, halt));
        }
        assertThat(written).isEmpty();

        happen(new SupervisionEvent.Started(A, 2, Duration.ZERO));

        assertThat(written).hasSize(101).last().asString().startsWith("supervision.restarted");
    }
}
