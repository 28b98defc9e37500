package io.erlmcp.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.erlmcp.json.JsonObject;
import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Two servers that are measured in turn. */
@Requirement("bench.kinds")
class TurnsTest {
    private static final ScriptedServer.Script TRUE = (m, n) -> ScriptedServer.echo(m);
    private static final ScriptedServer.Script FALSE =
            (m, n) -> ScriptedServer.Reply.json(ScriptedServer.echoed(m, "x".repeat(40)));

    private static BenchPlan plan(int port) {
        return Plans.echo(port).lasting(Duration.ofMillis(100), Duration.ofMillis(600));
    }

    private static TurnsReport inTurns(
            ScriptedServer.Script one, ScriptedServer.Script other, int turns) {
        try (ScriptedServer subject = new ScriptedServer(one);
                ScriptedServer beside = new ScriptedServer(other)) {
            return Bench.inTurns(
                    plan(subject.port()), plan(beside.port()), turns, Time.system(), line -> {});
        }
    }

    @Test
    void bothAreAskedInEachTurn() {
        TurnsReport report = inTurns(TRUE, TRUE, 6);

        assertThat(report.isGood()).isTrue();
        assertThat(report.ratios()).hasSize(6).allMatch(it -> it > 0);
        assertThat(report.subject().latencies().count()).isPositive();
        assertThat(report.beside().latencies().count()).isPositive();
        JsonObject json = report.toJson();
        assertThat(json.requireObject("ratio").requireInteger("turns")).isEqualTo(6);
        assertThat(json.requireObject("beside").requireString("target"))
                .isNotEqualTo(json.requireString("target"));
        assertThat(report.toTable()).contains("beside", "6 turns");
    }

    @Test
    void aLieOfEitherFailsTheRun() {
        assertThat(inTurns(FALSE, TRUE, 1).isGood()).isFalse();
        TurnsReport report = inTurns(TRUE, FALSE, 1);

        assertThat(report.isGood()).isFalse();
        assertThat(report.toJson().requireBool("isGood")).isFalse();
        assertThat(report.subject().isGood()).isTrue();
    }

    @Test
    void turnsThatAreTooShortOrNoneAreRefused() {
        BenchPlan plan = plan(1);
        for (int turns : new int[] {0, 7}) {
            assertThatThrownBy(() -> Bench.inTurns(plan, plan, turns, Time.system(), line -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("turns: " + turns)
                    .hasMessageContaining("100 ms");
        }
    }

    private static Tally tally(int answers, Duration used) {
        Tally tally = new Tally();
        for (int i = 0; i < answers; i++) {
            tally.finished();
            tally.latency(1_000L * answers);
        }
        tally.over(Duration.ofSeconds(1), Optional.of(used), Optional.empty());
        return tally;
    }

    @Test
    void turnsAreAddedUpAndTheRatioIsTheMedianOfTheTurns() {
        Turns turns = new Turns();
        turns.add(tally(5, Duration.ofMillis(5)), tally(10, Duration.ofMillis(10)));
        turns.add(tally(9, Duration.ofMillis(9)), tally(10, Duration.ofMillis(10)));
        turns.add(tally(40, Duration.ofMillis(400)), tally(10, Duration.ofMillis(10)));

        TurnsReport report = turns.report(plan(1), plan(2));

        assertThat(report.median()).isEqualTo(0.9);
        assertThat(report.ratios()).isEqualTo(List.of(0.5, 0.9, 4.0));
        assertThat(report.subject().latencies().count()).isEqualTo(54);
        assertThat(report.subject().perSecond()).isEqualTo(18);
        assertThat(report.subject().serverMicros().orElseThrow())
                .isCloseTo(414_000 / 54.0, within(0.1));
        assertThat(report.subject().loadMicros()).isEmpty();
        assertThat(report.beside().latencies().micros().get("max")).isCloseTo(10, within(0.1));
    }

    @Test
    void errorsOfAllTurnsAreCountedByKind() {
        Tally sum = new Tally();
        for (int i = 0; i < 3; i++) {
            Tally one = tally(1, Duration.ZERO);
            one.error("HTTP 503");
            one.wrong("not the id");
            one.unanswered(2);
            sum.add(one);
        }

        BenchReport report = sum.report(plan(1));

        assertThat(report.errors()).isEqualTo(Map.of("HTTP 503", 3L));
        assertThat(report.wrong()).isEqualTo(Map.of("not the id", 3L));
        assertThat(report.unanswered()).isEqualTo(6);
    }
}
