package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.andon.Andon;
import io.erlmcp.andon.AndonEvent;
import io.erlmcp.andon.AndonLimits;
import io.erlmcp.andon.ReceiptQueue;
import io.erlmcp.guardian.GuardianEvent;
import io.erlmcp.guardian.Resource;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import io.erlmcp.resilience.ResilienceEvent;
import io.erlmcp.runtime.Time;
import io.erlmcp.supervision.Failure;
import io.erlmcp.supervision.RestartAdvice;
import io.erlmcp.supervision.SupervisionEvent;
import io.erlmcp.testing.RecordedLife;
import io.erlmcp.testing.Requirement;
import io.erlmcp.upstream.UpstreamEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@Requirement("tcps.receipts")
class ActionReceiptsTest {
    private static final ComponentId A = ComponentId.of("upstreams", "a");

    private final List<String> written = new ArrayList<>();
    private final ActionReceipts actions = new ActionReceipts();

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

    private static SupervisionEvent failed(ComponentId component, RestartAdvice advice) {
        Throwable cause = new IllegalStateException("token=secret");
        return new SupervisionEvent.Failed(
                new Failure(component, Instant.EPOCH, cause, 0, 2), advice);
    }

    @Test
    void decisionsAndRestartsLeaveReceiptsWithoutTheTextOfTheError() {
        happen(
                new SupervisionEvent.Started(A, 1, Duration.ZERO),
                failed(A, new RestartAdvice.After(Duration.ofSeconds(1))),
                new SupervisionEvent.Started(A, 2, Duration.ZERO));
        assertThat(written)
                .containsExactly(
                        "recovery.decide upstreams/a"
                                + " {\"decision\":\"restart after PT1S\",\"failures\":2}",
                        "supervision.restarted upstreams/a {\"run\":2}");
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
                failed(A, new RestartAdvice.Degrade("optional")),
                failed(ComponentId.of("upstreams", "b"), new RestartAdvice.Halt("too often")),
                failed(ComponentId.of("upstreams"), new RestartAdvice.Escalate("too often")));
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
                new GuardianEvent.CarriersChanged(1, 6, 8, 2),
                new UpstreamEvent.TooBig(A, 200, 100));
        assertThat(written)
                .containsExactly(
                        "supervision.abandon upstreams/a {\"work\":\"stop\"}",
                        "supervision.escalate upstreams {\"child\":\"upstreams/a\"}",
                        "guardian.shed node {\"what\":\"cpu\"}",
                        "guardian.carriers node {\"parallelism\":6,\"abandoned\":2}",
                        "upstreams.replace upstreams/a {\"bytes\":200,\"most\":100}");
    }

    @Test
    void beforeThereIsSomebodyWhoWritesNothingIsWaitedFor() {
        actions.on(failed(A, new RestartAdvice.Halt("too often")));
        assertThat(written).isEmpty();
    }
}
