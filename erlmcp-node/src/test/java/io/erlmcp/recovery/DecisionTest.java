package io.erlmcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.supervision.RestartAdvice;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Lines of the decision log, and the receipts that they are read back from. */
@Requirement({"recovery.strategist-use", "tcps.receipts"})
class DecisionTest {
    private static final ComponentId A = ComponentId.of("upstreams", "a");
    private static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

    private static JsonObject line(RecoveryEvent event) {
        return Objects.requireNonNull(Decision.of(event, AT)).json();
    }

    private static JsonObject readBack(String action, JsonObject receipt) {
        return Decision.read(AT, A.path(), action, receipt).json();
    }

    @Test
    void aDecisionThatIsReadBackSaysAllButTheTextOfTheError() {
        RecoveryEvent.Decided event =
                new RecoveryEvent.Decided(
                        A,
                        new Diagnosis(
                                FailureClass.CASCADE,
                                4,
                                1,
                                ComponentId.of("db"),
                                List.of(Pattern.INCREASING, Pattern.CASCADE)),
                        AT,
                        new RestartAdvice.After(Duration.ofSeconds(7)),
                        List.of(PlanStep.NOTIFY, PlanStep.MANUAL),
                        "password=hunter2",
                        new FailureAnalysis.Prediction(FailureClass.UNKNOWN, 55, "x", 1));

        JsonObject now = line(event);
        JsonObject later = readBack(Decision.DECIDE, Decision.receipt(event));

        assertThat(now.requireString("detail")).isEqualTo("password=hunter2");
        assertThat(now).isEqualTo(later.without("earlier").with("detail", "password=hunter2"));
        assertThat(later.toJson()).doesNotContain("hunter2");
        assertThat(later.requireString("steps")).isEqualTo("notify, manual");
        assertThat(later.requireString("advice")).isEqualTo("restart after PT7S");
        assertThat(later.requireString("root")).isEqualTo("db");
        assertThat(later.requireInteger("confidencePercent")).isEqualTo(55);
        assertThat(later.requireBool("earlier")).isTrue();
    }

    @Test
    void anOutcomeAndADenialAreReadBackAsTheyWere() {
        RecoveryEvent.Settled settled =
                new RecoveryEvent.Settled(
                        A,
                        FailureClass.TRANSIENT,
                        2,
                        AT,
                        DecisionOutcome.LASTED,
                        Map.of(PlanStep.ATTEMPT, StepResult.SUCCEEDED));
        RecoveryEvent.RestartDenied denied = new RecoveryEvent.RestartDenied(A, "component_halted");

        assertThat(line(settled))
                .isEqualTo(
                        readBack(Decision.OUTCOME, Decision.receipt(settled)).without("earlier"));
        assertThat(line(denied))
                .isEqualTo(readBack(Decision.DENY, Decision.receipt(denied)).without("earlier"));
    }

    @Test
    void aReceiptThatAnOlderNodeLeftIsReadAsFarAsItGoesAndAnotherActionIsRefused() {
        JsonObject old = JsonObject.of("decision", "restart after PT1S", "failures", 2);

        assertThat(readBack(Decision.DECIDE, old).requireString("advice"))
                .isEqualTo("restart after PT1S");
        assertThat(readBack(Decision.DECIDE, old).requireInteger("count")).isEqualTo(2);
        assertThatThrownBy(() -> readBack("andon.halt", old))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("andon.halt is no decision");
    }
}
