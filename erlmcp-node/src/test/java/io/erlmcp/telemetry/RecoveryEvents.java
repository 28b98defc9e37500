package io.erlmcp.telemetry;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.recovery.FailureClass;
import io.erlmcp.recovery.Pattern;
import io.erlmcp.recovery.PlanStep;
import io.erlmcp.recovery.RecoveryEvent;
import io.erlmcp.recovery.StepResult;
import java.time.Duration;
import java.util.List;

/** One of each event of recovery. */
final class RecoveryEvents {
    static final ComponentId PART = ComponentId.of("upstreams", "a");

    private RecoveryEvents() {}

    static List<RecoveryEvent> all() {
        FailureClass type = FailureClass.CASCADE;
        return List.of(
                new RecoveryEvent.PlanSelected(
                        PART, type, 2, List.of(PlanStep.NOTIFY), "x", ComponentId.NODE),
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
