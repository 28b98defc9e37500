package io.erlmcp.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.testing.Requirement;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A short selection of the experiments, and what the command does with those that go wrong. */
class ChaosTest {
    private static final JavaProgram PROGRAM =
            new JavaProgram(
                    List.of(
                            String.join(
                                    File.separator, System.getProperty("java.home"), "bin", "java"),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "--enable-native-access=ALL-UNNAMED",
                            "-Xlog:disable",
                            "-Xlog:all=warning:stderr"),
                    System.getProperty(
                            "surefire.test.class.path", System.getProperty("java.class.path", "")));

    private static final List<Experiment> SHORT =
            named(
                    "crash-six",
                    "cascade-three",
                    "cascade-needs",
                    "transient-failure",
                    "breaker-failures");

    private static List<Experiment> named(String... names) {
        return Chaos.all().stream().filter(it -> List.of(names).contains(it.name())).toList();
    }

    private static ChaosReport run(List<Experiment> experiments, boolean leavesOutFaults)
            throws Exception {
        return Chaos.run(
                new ChaosPlan(experiments, 7, PROGRAM, leavesOutFaults),
                new Chaos.Progress() {
                    @Override
                    public void began(Experiment experiment, int number, int total) {}

                    @Override
                    public void ended(Result result) {}
                });
    }

    @Test
    @Requirement({
        "chaos.suites",
        "chaos.crash-cycle",
        "chaos.cascade",
        "chaos.recovery-failure",
        "chaos.cb-interplay"
    })
    void aShortSelectionIsAsExpected() throws Exception {
        ChaosReport report = run(SHORT, false);

        assertThat(report.isGood()).as(report.text()).isTrue();
        assertThat(report.results()).hasSize(SHORT.size());
        assertThat(report.text()).contains("5 of 5 as expected, seed 7");
    }

    @Test
    @Requirement("chaos.suites")
    void anExperimentWhoseFaultIsLeftOutIsNotAsExpected() throws Exception {
        ChaosReport report =
                run(named("cascade-needs", "transient-failure", "breaker-failures"), true);

        assertThat(report.results())
                .hasSize(3)
                .noneMatch(Result::isAsExpected)
                .allSatisfy(it -> assertThat(it.failures()).isNotEmpty());
        assertThat(report.isGood()).isFalse();
        assertThat(report.json().requireBool("good")).isFalse();
        assertThat(report.text()).contains("starts: 1 instead of 4", "0 of 3 as expected");
    }

    @Test
    @Requirement("chaos.suites")
    void whatDoesNotEndIsStoppedInTimeAndNothingOfItIsLeft() throws Exception {
        AtomicReference<List<ProcessHandle>> upstreams = new AtomicReference<>(List.of());
        AtomicLong node = new AtomicLong();
        Experiment.Script endless =
                (stage, seen) -> {
                    JsonObject servers = stage.upstreams(List.of("a"));
                    ChaosNode started = stage.node(stage.config("upstreams", servers));
                    stage.awaitUp(started, List.of("a"));
                    node.set(started.process().pid());
                    upstreams.set(stage.running());
                    seen.check(true, "nothing");
                    new CountDownLatch(1).await();
                };
        Experiment experiment =
                Experiment.of(Suite.CASCADE, "endless", "none", "nothing", endless)
                        .within(Duration.ofSeconds(15));

        Result result = run(List.of(experiment), false).results().getFirst();

        assertThat(result.isAsExpected()).isFalse();
        assertThat(result.failures())
                .containsExactly("not over within 15 s", "the experiment did not come to its end");
        assertThat(upstreams.get()).hasSize(1).noneMatch(ProcessHandle::isAlive);
        assertThat(node.get()).isPositive();
        assertThat(ProcessHandle.of(node.get()).filter(ProcessHandle::isAlive))
                .isEqualTo(Optional.empty());
    }

    @Test
    @Requirement("chaos.suites")
    void anExperimentThatFailsOrChecksNothingIsNotAsExpected() throws Exception {
        Experiment fails =
                Experiment.of(
                        Suite.BREAKER,
                        "fails",
                        "none",
                        "nothing",
                        (stage, seen) -> {
                            throw new IllegalStateException("broken");
                        });
        Experiment errs =
                Experiment.of(
                        Suite.BREAKER,
                        "errs",
                        "none",
                        "nothing",
                        (stage, seen) -> {
                            seen.check(true, "nothing");
                            throw new StackOverflowError("deep");
                        });

        List<Result> results = run(List.of(fails, errs), false).results();

        assertThat(results).noneMatch(Result::isAsExpected);
        assertThat(results.getFirst().failures().getFirst()).contains("broken");
        Observations nothing = new Observations();
        assertThat(nothing.areAsExpected()).isFalse();
        assertThat(nothing.failures()).containsExactly("nothing was checked");
    }

    @Test
    @Requirement("chaos.suites")
    void thereAreSixSuitesAndNamesAreNotUsedTwice() {
        List<String> names = new ArrayList<>(Chaos.all().stream().map(Experiment::name).toList());
        Arrays.stream(Suite.values()).map(Suite::word).forEach(names::add);

        assertThat(Chaos.all()).hasSizeGreaterThanOrEqualTo(20);
        assertThat(names).doesNotHaveDuplicates();
        assertThat(Chaos.all().stream().map(Experiment::suite).distinct())
                .containsExactly(Suite.values());
    }

    @Test
    void aReportHasAllThatWasSeenForPeopleAndMachines() {
        Observations seen = new Observations();
        seen.same("starts", 2, 2);
        seen.fact("answered", List.of(1));
        Experiment experiment =
                Experiment.of(Suite.CASCADE, "one", "a fault", "x".repeat(90), (stage, it) -> {});
        Result good = Result.of(experiment, seen, Duration.ofMillis(1_500));
        seen.same("starts", 2, 3);
        Result bad = Result.of(experiment, seen, Duration.ofMillis(1_500));

        ChaosReport report = new ChaosReport(3, List.of(good, bad));

        assertThat(report.text().lines())
                .anyMatch(it -> it.matches("one +x{40}  starts 2, answered \\[1] +as expected"))
                .anyMatch(it -> it.contains("starts: 3 instead of 2") && it.endsWith("EXPECTED"))
                .endsWith("1 of 2 as expected, seed 3");
        assertThat(ChaosReport.wrapped("x".repeat(90))).hasSize(3);
        JsonObject json = report.json();
        JsonArray all = json.requireArray("experiments");
        assertThat(all.get(0).toJson())
                .contains("\"facts\":{\"starts\":2,\"answered\":\"[1]\"}", "\"millis\":1500");
        assertThat(all.get(1).toJson()).contains("\"failures\":[\"starts: 3 instead of 2\"]");
    }

    @Test
    void nodesAreStartedAsThisProcessWasWithoutWhatConcernsItAlone() {
        List<String> command =
                JavaProgram.ofThisProcess().node(List.of("-Xmx64m"), "serve", "--port", "0");

        assertThat(command)
                .contains("-Xmx64m", "io.erlmcp.node.Main", "serve")
                .noneMatch(it -> it.startsWith("-javaagent") || it.startsWith("-agentlib"))
                .noneMatch(it -> it.equals("-Xmx2g"));
    }
}
