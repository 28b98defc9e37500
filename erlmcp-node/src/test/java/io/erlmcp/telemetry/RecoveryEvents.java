package io.erlmcp.telemetry;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.recovery.DecisionOutcome;
import io.erlmcp.recovery.Diagnosis;
import io.erlmcp.recovery.FailureAnalysis;
import io.erlmcp.recovery.FailureClass;
import io.erlmcp.recovery.Pattern;
import io.erlmcp.recovery.PlanStep;
import io.erlmcp.recovery.RecoveryEvent;
import io.erlmcp.recovery.StepResult;
import io.erlmcp.supervision.RestartAdvice;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One of each event of recovery. */
final class RecoveryEvents {
    static final ComponentId PART = ComponentId.of("upstreams", "a");

    private RecoveryEvents() {}

    static RecoveryEvent.Decided decided() {
        return new RecoveryEvent.Decided(
                PART,
                new Diagnosis(
                        FailureClass.CASCADE, 2, 1, ComponentId.NODE, List.of(Pattern.CASCADE)),
                Instant.EPOCH,
                new RestartAdvice.After(Duration.ofSeconds(1)),
                List.of(PlanStep.NOTIFY),
                "x",
                new FailureAnalysis.Prediction(FailureClass.CASCADE, 40, "x", 0));
    }

    static List<RecoveryEvent> all() {
        FailureClass type = FailureClass.CASCADE;
        return List.of(
                decided(),
                new RecoveryEvent.Settled(
                        PART,
                        type,
                        2,
                        Instant.EPOCH,
                        DecisionOutcome.LASTED,
                        Map.of(PlanStep.NOTIFY, StepResult.SUCCEEDED)),
                new RecoveryEvent.StepExecuted(
                        PART, type, 2, PlanStep.NOTIFY, StepResult.SUCCEEDED, "x"),
                new RecoveryEvent.PatternDetected(PART, Pattern.SAME_ERROR),
                new RecoveryEvent.HistoryGrew(PART, 7),
                new RecoveryEvent.Notified(PART, type, 2, "x"),
                new RecoveryEvent.Exhausted(PART, type, 6, "x"),
                new RecoveryEvent.Recovered(PART, Duration.ofMinutes(1)),
                new RecoveryEvent.RestartDenied(PART, "component_halted"),
                new RecoveryEvent.BundleKept(PART, 100),
                new RecoveryEvent.NotDone(PART, "halt", "x"));
    }
}
