package io.erlmcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.supervision.Intensity;
import io.erlmcp.supervision.RestartAdvice;
import io.erlmcp.supervision.RestartPause;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecoveryStepTest {
    private static final String A = "upstreams/a";
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Course course = new Course();

    private static IOException odd() {
        return new IOException("odd");
    }

    private RecoveryEffect.Halt halt() {
        return course.effects.stream()
                .filter(RecoveryEffect.Halt.class::isInstance)
                .map(RecoveryEffect.Halt.class::cast)
                .findFirst()
                .orElseThrow();
    }

    @Test
    @Requirement({"recovery.manager", "recovery.strategist-use", "strategist.steps"})
    void theSameCrashSixTimesGoesFromAttemptsToAHalt() {
        course.start(A);

        course.failAndStart(A, odd());
        assertThat(course.steps()).containsExactly("investigate started", "attempt started");
        course.failAndStart(A, odd());
        assertThat(course.steps())
                .containsExactly(
                        "attempt failed",
                        "notify succeeded",
                        "manual deferred",
                        "investigate skipped",
                        "attempt started");
        course.failAndStart(A, odd());
        assertThat(course.lastClass(A)).isEqualTo(FailureClass.PERSISTENT);
        assertThat(course.of(A).condition()).isEqualTo(Condition.FINE);
        course.failAndStart(A, odd());
        assertThat(course.steps())
                .containsExactly(
                        "attempt failed", "notify succeeded", "manual deferred", "degrade started");
        assertThat(course.of(A).condition()).isEqualTo(Condition.DEGRADED);
        RestartAdvice fifth = course.failAndStart(A, odd());
        assertThat(fifth).isInstanceOf(RestartAdvice.After.class);
        assertThat(course.hasEffect(RecoveryEffect.Halt.class)).isFalse();
        RestartAdvice sixth = course.failAndStart(A, odd());
        assertThat(course.steps())
                .containsExactly(
                        "degrade failed",
                        "notify succeeded",
                        "degrade refused",
                        "notify succeeded",
                        "manual succeeded");
        assertThat(sixth)
                .isEqualTo(
                        new RestartAdvice.Halt(
                                "failed again after 5 restarts within 60 s (persistent):"
                                        + " IOException: odd"));
        assertThat(halt().reason()).isEqualTo(((RestartAdvice.Halt) sixth).reason());
        assertThat(course.hasEffect(RecoveryEffect.Investigate.class)).isTrue();
        assertThat(course.of(A).condition()).isEqualTo(Condition.HALTED);
    }

    @Test
    @Requirement("strategist.steps")
    void afterAnAttemptThatLastsTheRestIsSkipped() {
        course.start(A);
        course.failAndStart(A, new IOException("connection reset"));
        assertThat(course.steps()).containsExactly("attempt started");
        long since = course.state.upSinceNanos().get(new ComponentId(A));

        course.pass(MINUTE);
        course.take(new RecoveryInput.Due(new ComponentId(A), since));

        assertThat(course.steps())
                .containsExactly("attempt succeeded", "degrade skipped", "manual skipped");
        assertThat(course.of(A).plan()).isNull();
        assertThat(
                        course.state
                                .effects()
                                .get(
                                        new RecoveryState.Tried(
                                                FailureClass.TRANSIENT, PlanStep.ATTEMPT)))
                .isEqualTo(new RecoveryState.Score(1, 1));
    }

    @Test
    @Requirement("strategist.steps")
    void aTimerOfAnEarlierRunSaysNothingOfThisOne() {
        course.start(A);
        course.failAndStart(A, new IOException("connection reset"));
        long first = course.state.upSinceNanos().get(new ComponentId(A));
        course.failAndStart(A, new IOException("connection reset"));

        course.take(new RecoveryInput.Due(new ComponentId(A), first));

        assertThat(course.steps()).isEmpty();
        assertThat(course.of(A).plan()).isNotNull();
    }

    @Test
    void aFailureAfterThePeriodIsTheFirstOfANewRow() {
        course.start(A);
        for (int i = 0; i < 4; i++) {
            course.failAndStart(A, odd());
        }
        assertThat(course.of(A).condition()).isEqualTo(Condition.DEGRADED);
        course.pass(MINUTE);

        course.fail(A, odd());

        assertThat(course.steps())
                .startsWith("degrade succeeded", "notify skipped", "manual skipped")
                .endsWith("attempt started");
        assertThat(course.of(A).history().getLast().count()).isEqualTo(1);
        assertThat(course.of(A).condition()).isEqualTo(Condition.FINE);
    }

    @Test
    void oneThatRunsAMomentLessThanThePeriodHasNotLasted() {
        course.start(A);
        course.failAndStart(A, odd());
        course.pass(MINUTE.minusNanos(1));

        course.fail(A, odd());

        assertThat(course.steps()).startsWith("attempt failed");
        assertThat(course.of(A).history().getLast().count()).isEqualTo(2);
    }

    @Test
    void ofATransientFailureThatComesBackTheHealthIsDegraded() {
        course.start(A);
        course.failAndStart(A, new IOException("connection reset"));
        course.failAndStart(A, new IOException("timed out"));

        assertThat(course.steps())
                .containsExactly(
                        "attempt failed",
                        "degrade succeeded",
                        "manual deferred",
                        "attempt started");
        assertThat(course.of(A).condition()).isEqualTo(Condition.DEGRADED);
    }

    @Test
    @Requirement("recovery.halt-after")
    void ofARowOfCrashesTheOneAfterTheLastRestartHalts() {
        for (int restarts : new int[] {0, 1, 5, 20, 100}) {
            Course each = new Course();
            each.limits = new RestartLimits(new Intensity(restarts, MINUTE), RestartPause.DEFAULT);
            each.start(A);
            for (int crash = 1; crash <= restarts; crash++) {
                assertThat(each.failAndStart(A, odd()))
                        .as(restarts + " restarts, crash " + crash)
                        .isInstanceOf(RestartAdvice.After.class);
            }
            // with many restarts the usual pauses leave the window; then there is nothing to halt
            boolean isWithin = each.time.nanos() < MINUTE.toNanos();
            assertThat(each.fail(A, odd()) instanceof RestartAdvice.Halt).isEqualTo(isWithin);
            assertThat(each.hasEffect(RecoveryEffect.Halt.class)).isEqualTo(isWithin);
        }
    }

    @Test
    @Requirement("recovery.halt-after")
    void aHundredCrashesHaltAtTheSixthWhateverTheyAre() {
        List<Throwable> kinds =
                List.of(
                        odd(),
                        new IOException("timed out"),
                        new OutOfMemoryError("heap"),
                        new IOException("exit code 127"));
        for (Throwable kind : kinds) {
            Course each = new Course();
            each.start(A);
            for (int crash = 1; crash <= 100; crash++) {
                RestartAdvice advice = each.failAndStart(A, kind);
                if (advice instanceof RestartAdvice.Halt) {
                    assertThat(crash).as(kind.toString()).isEqualTo(6);
                    break;
                }
                assertThat(crash).as(kind.toString()).isLessThan(6);
            }
        }
    }

    @Test
    @Requirement("recovery.circuit-respect")
    void nothingIsStartedAgainBeforeItsBreakerLetsItThrough() {
        course.start(A);
        course.refused.put(new ComponentId(A), Duration.ofSeconds(25));

        assertThat(course.failAndStart(A, odd()))
                .isEqualTo(new RestartAdvice.After(Duration.ofSeconds(25)));
        course.refused.clear();
        RestartAdvice.After later = (RestartAdvice.After) course.fail(A, odd());
        assertThat(later.pause()).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void whatIsDegradedPausesAsLongAsTheIntensityCanSeeIt() {
        course.start(A);
        for (int i = 0; i < 3; i++) {
            course.failAndStart(A, odd());
        }
        RestartAdvice.After slow = (RestartAdvice.After) course.fail(A, odd());

        assertThat(slow.pause()).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
        course.limits =
                new RestartLimits(
                        Intensity.DEFAULT,
                        new RestartPause(Duration.ofMillis(1), Duration.ofMillis(2)));
        assertThat(((RestartAdvice.After) course.fail(A, odd())).pause())
                .as("never longer than the longest pause that is configured")
                .isLessThanOrEqualTo(Duration.ofMillis(2));
    }

    @Test
    @Requirement("strategist.cascade")
    void aCascadeIsToldAndGoesOnAtTheSlowPace() {
        ComponentId db = ComponentId.of("db");
        course.needs.put(new ComponentId(A), List.of(db));
        course.fail("db", odd());
        course.pass(Duration.ofSeconds(1));

        RestartAdvice advice = course.fail(A, new IOException("timed out"));

        assertThat(course.steps()).containsExactly("notify succeeded", "manual deferred");
        assertThat(course.of(A).history().getLast().root()).isEqualTo(db);
        assertThat(((RestartAdvice.After) advice).pause())
                .isGreaterThanOrEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void aSupervisorThatGivesUpIsLeftToItsOwn() {
        course.fail(A, odd());
        FailureFacts facts =
                new FailureFacts(
                        new io.erlmcp.supervision.Failure(
                                new ComponentId(A), course.time.now(), odd(), 3, 4),
                        ErrorText.of(odd(), Secrets.NONE),
                        course.limits,
                        Duration.ZERO,
                        List.of());
        course.take(new RecoveryInput.Failed(facts, new RestartAdvice.Escalate("too often")));

        assertThat(course.steps()).contains("attempt refused", "manual deferred");
        assertThat(course.hasEffect(RecoveryEffect.Halt.class)).isFalse();
        assertThat(course.of(A).plan()).isNull();
    }

    @Test
    void whatIsTemporaryIsRememberedAndHasNoPlan() {
        FailureFacts facts =
                new FailureFacts(
                        new io.erlmcp.supervision.Failure(
                                new ComponentId(A), course.time.now(), odd(), 0, 1),
                        ErrorText.of(odd(), Secrets.NONE),
                        course.limits,
                        Duration.ZERO,
                        List.of());
        course.take(new RecoveryInput.Failed(facts, new RestartAdvice.Degrade("temporary")));

        assertThat(course.steps()).isEmpty();
        assertThat(course.of(A).history()).hasSize(1);
    }

    @Test
    @Requirement("strategist.history")
    void ofEachComponentTheLastHundredFailuresAreRemembered() {
        course.limits =
                new RestartLimits(
                        new Intensity(1_000, MINUTE),
                        new RestartPause(Duration.ofMillis(1), Duration.ofMillis(1)));
        for (int i = 1; i <= 100; i++) {
            course.failAndStart(A, new IOException("odd " + "x".repeat(i)));
        }
        assertThat(course.of(A).history()).hasSize(100);
        assertThat(course.of(A).history().getFirst().text().error()).endsWith("odd x");

        course.failAndStart(A, odd());

        assertThat(course.of(A).history()).hasSize(100);
        assertThat(course.of(A).history().getFirst().text().error()).endsWith("odd xx");
        assertThat(FailureAnalysis.meanGap(course.of(A).history())).isBetween(500_000L, 1_000_000L);
    }

    @Test
    @Requirement({"strategist.history", "security.operations"})
    void theComponentThatFailedLongestAgoIsForgotten() {
        RecoveryLimits usual = RecoveryLimits.DEFAULTS;
        Course few =
                new Course(
                        new RecoveryLimits(
                                3,
                                2,
                                1,
                                usual.trendWindow(),
                                usual.cascadeWindow(),
                                usual.bundles()));
        few.start("a");
        few.start("b");
        few.start("c");
        assertThat(few.state.upSinceNanos()).hasSize(2);
        few.fail("a", odd());
        few.fail("b", odd());
        few.fail("a", odd());
        assertThat(few.state.components()).hasSize(2);

        few.fail("c", odd());

        assertThat(few.state.components().keySet())
                .isEqualTo(Set.of(new ComponentId("a"), new ComponentId("c")));
        assertThat(few.effects)
                .contains(
                        new RecoveryEffect.Tell(
                                new RecoveryEvent.HistoryForgotten(new ComponentId("b"))));
    }

    @Test
    void whatAnOperatorResumesBeginsAnew() {
        course.start(A);
        for (int i = 0; i < 6; i++) {
            course.failAndStart(A, odd());
        }
        course.take(new RecoveryInput.Resumed(new ComponentId(A)));

        assertThat(course.of(A).condition()).isEqualTo(Condition.FINE);
        assertThat(course.of(A).plan()).isNull();
        assertThat(course.of(A).history()).as("it is not forgotten").hasSize(6);
        course.take(new RecoveryInput.Resumed(new ComponentId("never/failed")));
        assertThat(course.state.components()).hasSize(1);
    }

    @Test
    @Requirement({"recovery.halt-check", "recovery.init-check"})
    void whatMayNotStartIsHaltedUntilItIsResumed() {
        course.take(new RecoveryInput.Denied(new ComponentId(A), "component_halted"));

        assertThat(course.of(A).condition()).isEqualTo(Condition.HALTED);
        assertThat(course.hasEffect(RecoveryEffect.Halt.class)).isFalse();
        assertThat(course.effects)
                .contains(
                        new RecoveryEffect.Tell(
                                new RecoveryEvent.RestartDenied(
                                        new ComponentId(A), "component_halted")));
        course.take(new RecoveryInput.Resumed(new ComponentId(A)));
        assertThat(course.state.components()).as("nothing is known of it").isEmpty();
    }

    @Test
    @Requirement("recovery.strategist-use")
    void itIsCountedHowOftenAStepWasTriedAndHelped() {
        course.start(A);
        course.failAndStart(A, odd());
        course.failAndStart(A, odd());
        course.take(new RecoveryInput.Investigated(new ComponentId(A), FailureClass.UNKNOWN, true));

        assertThat(course.state.effects())
                .containsEntry(
                        new RecoveryState.Tried(FailureClass.UNKNOWN, PlanStep.ATTEMPT),
                        new RecoveryState.Score(2, 0))
                .containsEntry(
                        new RecoveryState.Tried(FailureClass.UNKNOWN, PlanStep.INVESTIGATE),
                        new RecoveryState.Score(1, 1));
    }
}
