package io.erlmcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.supervision.RestartAdvice;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is decided about failures, and what is told of what came of it. */
class DecisionOutcomesTest {
    private static final String A = "upstreams/a";

    private final Course course = new Course();

    private static Throwable odd() {
        return new IOException("odd");
    }

    private List<DecisionOutcome> outcomes() {
        return course.effects.stream()
                .filter(RecoveryEffect.Tell.class::isInstance)
                .map(it -> ((RecoveryEffect.Tell) it).event())
                .filter(RecoveryEvent.Settled.class::isInstance)
                .map(it -> ((RecoveryEvent.Settled) it).outcome())
                .toList();
    }

    private void lastForThePeriod() {
        course.start(A);
        long since = course.time.nanos();
        course.pass(course.limits.intensity().period());
        course.take(new RecoveryInput.Due(new ComponentId(A), since));
    }

    @Test
    @Requirement({"recovery.strategist-use", "tcps.receipts"})
    void whatCameOfEachDecisionIsToldOnceItIsKnown() {
        course.start(A);
        course.fail(A, odd());
        assertThat(outcomes()).as("nobody knows yet").isEmpty();
        course.fail(A, odd());
        assertThat(outcomes()).containsExactly(DecisionOutcome.FAILED_AGAIN);

        lastForThePeriod();
        assertThat(outcomes()).containsExactly(DecisionOutcome.LASTED);
        lastForThePeriod();
        assertThat(outcomes()).as("told once").isEmpty();

        course.fail(A, odd());
        course.take(new RecoveryInput.Denied(new ComponentId(A), "component_halted"));
        assertThat(outcomes()).containsExactly(DecisionOutcome.DENIED);
        course.fail(A, odd());
        course.take(new RecoveryInput.Resumed(new ComponentId(A)));
        assertThat(outcomes()).containsExactly(DecisionOutcome.RESUMED);
    }

    @Test
    @Requirement({"recovery.strategist-use", "tcps.receipts"})
    void aDecisionSaysItsClassItsPatternsItsPlanAndHowSureItIs() {
        course.start(A);
        for (int i = 0; i < 6; i++) {
            course.failAndStart(A, odd());
        }
        assertThat(outcomes())
                .as("the last has an outcome at once")
                .containsExactly(DecisionOutcome.FAILED_AGAIN, DecisionOutcome.HALTED);
        RecoveryEvent.Decided last =
                course.effects.stream()
                        .filter(RecoveryEffect.Tell.class::isInstance)
                        .map(it -> ((RecoveryEffect.Tell) it).event())
                        .filter(RecoveryEvent.Decided.class::isInstance)
                        .map(RecoveryEvent.Decided.class::cast)
                        .findFirst()
                        .orElseThrow();
        assertThat(last.advice()).isInstanceOf(RestartAdvice.Halt.class);
        assertThat(last.diagnosis().type()).isEqualTo(FailureClass.PERSISTENT);
        assertThat(last.diagnosis().patterns()).contains(Pattern.SAME_ERROR);
        assertThat(last.plan()).containsExactly(PlanStep.DEGRADE, PlanStep.NOTIFY, PlanStep.MANUAL);
        assertThat(last.next().type()).isEqualTo(FailureClass.PERSISTENT);
        assertThat(last.next().confidencePercent()).isBetween(80, 100);
    }

    @Test
    @Requirement("strategist.cascade")
    void aCascadeThatLastsHasItsOutcomeAlthoughNoStepOfItIsARestart() {
        course.needs.put(new ComponentId(A), List.of(ComponentId.of("db")));
        course.fail("db", odd());
        course.fail(A, new IOException("timed out"));

        lastForThePeriod();

        assertThat(outcomes()).containsExactly(DecisionOutcome.LASTED);
    }

    private Duration firstPause(Throwable cause) {
        Course clean = new Course();
        clean.start(A);
        return ((RestartAdvice.After) clean.fail(A, cause)).pause();
    }

    @Test
    @Requirement("sup.restart-time")
    void whatHasACleanHistoryIsStartedAgainWithinATenthOfASecondUnlessAResourceRunsOut() {
        for (Throwable cause :
                List.of(
                        odd(),
                        new IOException("connection reset"),
                        new IOException("exit code 127"),
                        new IOException("exit code 137"))) {
            assertThat(firstPause(cause))
                    .as(cause.getMessage())
                    .isLessThanOrEqualTo(Duration.ofMillis(100));
        }
        assertThat(firstPause(new IOException("no space left")))
                .as("there is no hurry to run out again")
                .isGreaterThanOrEqualTo(Duration.ofSeconds(5));
    }
}
