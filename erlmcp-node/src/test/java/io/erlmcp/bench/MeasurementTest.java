package io.erlmcp.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.erlmcp.protocol.Era;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What counts, and from when: on a clock that the test moves. */
class MeasurementTest {
    private static final Duration STALL = Duration.ofMillis(100);

    private final ManualTime time = new ManualTime();
    private final List<String> shown = new ArrayList<>();

    private Measurement measurement(BenchPlan plan) {
        return new Measurement(plan, time, shown::add);
    }

    /** 1,000 a second for 0.3 s; each answer is there at once but for one stall of 100 ms. */
    private BenchReport withOneStall(double rate) {
        BenchPlan plan = Plans.http(1, Workload.TOOLS_CALL, Era.MODERN, rate);
        Measurement measurement = measurement(plan);
        Pace pace = rate > 0 ? Pace.fixed(rate, time.nanos(), time.nanos()) : Pace.asAnswered();
        for (int i = 0; i < 1_000 && time.nanos() < measurement.endNanos(); i++) {
            long now = time.nanos();
            if (pace.next(now) > now) {
                time.advance(Duration.ofNanos(pace.next(now) - now));
            }
            long intended = pace.take(time.nanos());
            time.advance(i == 100 ? STALL : Duration.ofNanos(10_000));
            measurement.finished(intended, time.nanos(), Verdict.RIGHT);
            if (rate == 0) {
                time.advance(Duration.ofNanos(990_000));
            }
        }
        return measurement.report();
    }

    @Test
    void aStallDelaysAllThatWasMeantToStartDuringIt() {
        BenchReport report = withOneStall(1_000);

        assertThat(report.latencies().count()).isEqualTo(300);
        assertThat(report.latencies().micros().get("max")).isCloseTo(100_000, within(200.0));
        // a third of the run was spent waiting: what was due then waited 50 ms on average
        assertThat(report.latencies().micros().get("mean")).isBetween(15_000.0, 18_000.0);
        assertThat(report.latencies().micros().get("p90")).isGreaterThan(60_000);
    }

    @Test
    void aClosedLoopSeesTheSameStallOnce() {
        BenchReport report = withOneStall(0);

        assertThat(report.latencies().micros().get("max")).isCloseTo(100_000, within(200.0));
        assertThat(report.latencies().micros().get("p99")).isLessThan(20);
    }

    @Test
    void warmUpAndWhatStartsAfterTheEndDoNotCount() {
        BenchPlan plan =
                new BenchPlan(
                        Plans.echo(1).target(),
                        Workload.TOOLS_CALL,
                        Era.MODERN,
                        "echo",
                        10,
                        1,
                        0,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        0);
        Measurement measurement = measurement(plan);
        measurement.finished(0, 5, Verdict.RIGHT);
        measurement.finished(seconds(1) - 1, seconds(1), Verdict.RIGHT);
        measurement.finished(seconds(1), seconds(1) + 5, Verdict.RIGHT);
        measurement.finished(seconds(3) - 1, seconds(3) + 1, Verdict.RIGHT);
        measurement.finished(seconds(3), seconds(3) + 1, Verdict.RIGHT);
        measurement.failed(seconds(3), "late");
        measurement.failed(seconds(2), "HTTP 503");
        BenchReport report = measurement.report();

        assertThat(report.latencies().count()).isEqualTo(2);
        assertThat(report.perSecond()).isEqualTo(1.0); // two came in the two seconds
        assertThat(report.errors()).containsExactly(Map.entry("HTTP 503", 1L));
        assertThat(report.isGood()).isTrue();
    }

    @Test
    void oneWrongAnswerAmongManySpoilsTheRun() {
        Measurement measurement = measurement(Plans.echo(1));
        measurement.finished(0, 5, Verdict.RIGHT);
        assertThat(measurement.report().isGood()).isTrue();
        measurement.finished(0, 5, new Verdict.Wrong("not the text that was sent"));

        assertThat(measurement.report().isGood()).isFalse();
    }

    @Test
    void aRunWithoutAnyRightAnswerIsNotGood() {
        Measurement measurement = measurement(Plans.echo(1));
        measurement.finished(0, 5, new Verdict.Refused("HTTP 503"));

        assertThat(measurement.report().isGood()).isFalse();
    }

    @Test
    void theUserHearsOnceASecond() {
        Measurement measurement = measurement(Plans.echo(1));
        measurement.finished(0, seconds(1) - 1, Verdict.RIGHT);
        assertThat(shown).isEmpty();
        measurement.finished(0, seconds(1), Verdict.RIGHT);
        measurement.tick(seconds(1) + 1);

        assertThat(shown).hasSize(1);
        assertThat(shown.getFirst()).contains("2 a second").contains("0 wrong");
    }

    @Test
    void theReportForMachinesHasThisShape() {
        BenchReport report = withOneStall(1_000);

        assertThat(report.toJson().keys())
                .containsExactly(
                        "target",
                        "method",
                        "tool",
                        "era",
                        "loop",
                        "ratePerSecond",
                        "concurrency",
                        "payloadBytes",
                        "warmupSeconds",
                        "seconds",
                        "isGood",
                        "answers",
                        "perSecond",
                        "errors",
                        "errorsByKind",
                        "wrong",
                        "wrongByKind",
                        "unanswered",
                        "latencyMicros",
                        "loadCpuMicros");
        assertThat(report.toJson().requireObject("latencyMicros").keys())
                .containsExactly("p50", "p90", "p95", "p99", "p99.9", "max", "mean");
        assertThat(report.toTable()).contains("open loop, 1,000 a second over 4 connections");
    }

    @Test
    void theProcessorTimeOfAProcessIsReadWhateverItsName() {
        assertThat(ProcessorTime.read("17 (a ) b) S 1 2 3 4 5 6 7 8 9 10 150 50 0 0 20 0 1 0 99"))
                .isEqualTo(Duration.ofSeconds(2));
        assertThat(ProcessorTime.of(0)).isEmpty();
        assertThat(ProcessorTime.of(ProcessHandle.current().pid())).isPresent();
    }

    private static long seconds(int count) {
        return Duration.ofSeconds(count).toNanos();
    }
}
