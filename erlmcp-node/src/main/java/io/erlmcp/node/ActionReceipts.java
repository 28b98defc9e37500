package io.erlmcp.node;

import io.erlmcp.andon.ReceiptQueue;
import io.erlmcp.guardian.GuardianEvent;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import io.erlmcp.resilience.ResilienceEvent;
import io.erlmcp.supervision.RestartAdvice;
import io.erlmcp.supervision.SupervisionEvent;
import io.erlmcp.upstream.UpstreamEvent;
import org.jspecify.annotations.Nullable;

/**
 * What the node does by itself and leaves a receipt of. Halts leave theirs on the andon board;
 * texts of errors stay in the log and in what recovery keeps, for they may hold secrets.
 *
 * <p>Process model: hears of what happens on the threads where it happens, and waits for nothing;
 * {@link ReceiptQueue} writes.
 */
final class ActionReceipts implements Observer {
    private volatile @Nullable ReceiptQueue queue;

    /** From now on there is somebody who writes; what happened before has no receipt. */
    void on(ReceiptQueue writer) {
        queue = writer;
    }

    @Override
    public void on(Event event) {
        switch (event) {
            case GuardianEvent guardian -> guardian(guardian);
            case SupervisionEvent.Failed it -> failed(it);
            case SupervisionEvent.Started it when it.run() > 1 ->
                    write("supervision.restarted", it.component(), JsonObject.of("run", it.run()));
            case SupervisionEvent.Abandoned it ->
                    write("supervision.abandon", it.component(), JsonObject.of("work", it.work()));
            case SupervisionEvent.Escalated it ->
                    write(
                            "supervision.escalate",
                            it.component(),
                            JsonObject.of("child", it.child().path()));
            case ResilienceEvent.BreakerChanged it ->
                    write(
                            "breaker." + it.to(),
                            it.component(),
                            JsonObject.of("from", it.from(), "reason", it.reason()));
            case UpstreamEvent.Hung it ->
                    write(
                            "upstreams.replace",
                            it.component(),
                            JsonObject.of("missedPings", it.missedPings()));
            case UpstreamEvent.TooBig it ->
                    write(
                            "upstreams.replace",
                            it.component(),
                            JsonObject.of("bytes", it.bytes(), "most", it.most()));
            case UpstreamEvent.DefinitionChanged it when it.held() ->
                    write(
                            "upstreams.hold",
                            it.component(),
                            JsonObject.of("kind", it.kind(), "name", it.name()));
            default -> {}
        }
    }

    private void guardian(GuardianEvent event) {
        switch (event) {
            case GuardianEvent.Degraded it ->
                    write(
                            "guardian.degrade",
                            ComponentId.NODE,
                            JsonObject.of(
                                    "resource",
                                    it.resource().word(),
                                    "what",
                                    it.what(),
                                    "percent",
                                    Math.round(it.percent())));
            case GuardianEvent.Recovered it ->
                    write(
                            "guardian.recover",
                            ComponentId.NODE,
                            JsonObject.of("heldMs", it.held().toMillis()));
            case GuardianEvent.SheddingBegan it ->
                    write("guardian.shed", ComponentId.NODE, JsonObject.of("what", it.what()));
            case GuardianEvent.CarriersChanged it ->
                    write(
                            "guardian.carriers",
                            ComponentId.NODE,
                            JsonObject.of(
                                    "parallelism", it.parallelism(), "abandoned", it.abandoned()));
            case GuardianEvent.Warned it -> {}
            case GuardianEvent.Eased it -> {}
            case GuardianEvent.LimitsRaised it -> {}
            case GuardianEvent.SheddingEnded it -> {}
            case GuardianEvent.EmergencyStop it -> {}
            case GuardianEvent.StepFailed it -> {}
            case GuardianEvent.CarriersExhausted it -> {}
            case GuardianEvent.ToolHalted it -> {}
        }
    }

    /** What was decided about a failure. */
    private void failed(SupervisionEvent.Failed event) {
        String decision =
                switch (event.advice()) {
                    case RestartAdvice.After after -> "restart after " + after.pause();
                    case RestartAdvice.Degrade left -> "leave it down";
                    case RestartAdvice.Halt halt -> "halt";
                    case RestartAdvice.Escalate up -> "escalate";
                };
        write(
                "recovery.decide",
                event.component(),
                JsonObject.of("decision", decision, "failures", event.failure().consecutive()));
    }

    private void write(String action, ComponentId component, JsonObject details) {
        ReceiptQueue writer = queue;
        if (writer != null) {
            writer.offer(action, component, details);
        }
    }
}
