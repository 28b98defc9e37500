package io.erlmcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.recovery.FailureAnalysis.Direction;
import io.erlmcp.supervision.ChildSpec;
import io.erlmcp.supervision.Strategy;
import io.erlmcp.supervision.SupervisorSpec;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@Requirement("strategist.analysis")
class FailureAnalysisTest {
    private static final Duration WINDOW = Duration.ofMinutes(5);

    private static FailureEntry entry(long seconds, FailureClass type, String message) {
        return new FailureEntry(
                Duration.ofSeconds(seconds).toNanos(),
                Instant.EPOCH.plusSeconds(seconds),
                ErrorText.of(new IOException(message), Secrets.NONE),
                null,
                type,
                1,
                null);
    }

    private static List<FailureEntry> at(long... seconds) {
        List<FailureEntry> entries = new ArrayList<>();
        for (long second : seconds) {
            entries.add(entry(second, FailureClass.UNKNOWN, "x"));
        }
        return entries;
    }

    private static FailureAnalysis.Trend trend(long now, long... seconds) {
        return FailureAnalysis.trend(at(seconds), Duration.ofSeconds(now).toNanos(), WINDOW);
    }

    @Test
    @Requirement("strategist.trend")
    void failuresThatComeFasterAreIncreasing() {
        assertThat(trend(300, 10, 160, 200, 240).direction()).isEqualTo(Direction.INCREASING);
        assertThat(trend(300, 10, 60, 160, 240).direction()).isEqualTo(Direction.STABLE);
        assertThat(trend(300, 290).direction()).as("one is no trend").isEqualTo(Direction.STABLE);
        assertThat(trend(300, 10, 20, 60, 200).direction()).isEqualTo(Direction.STABLE);
    }

    @Test
    @Requirement("strategist.trend")
    void failuresAMinuteAreThoseOfTheWindow() {
        assertThat(trend(300, 0, 100, 200, 290).perMinute()).isEqualTo(0.8);
        assertThat(trend(301, 0, 100, 200, 290).failures()).as("one is too old").isEqualTo(3);
    }

    @Test
    @Requirement("strategist.grouping")
    void failuresAreGroupedByTheirErrorTheMostFrequentFirst() {
        List<FailureEntry> history =
                List.of(
                        entry(1, FailureClass.UNKNOWN, "call 1"),
                        entry(2, FailureClass.TRANSIENT, "timed out"),
                        entry(3, FailureClass.PERSISTENT, "call 2"));

        assertThat(FailureAnalysis.groups(history))
                .extracting(FailureAnalysis.Group::error, FailureAnalysis.Group::count)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("IOException: call <n>", 2),
                        org.assertj.core.groups.Tuple.tuple("IOException: timed out", 1));
        assertThat(FailureAnalysis.groups(history).getFirst().type())
                .as("that of the newest")
                .isEqualTo(FailureClass.PERSISTENT);
    }

    @Test
    void theNextFailureIsOfTheKindThatCameMostLately() {
        assertThat(FailureAnalysis.predict(List.of())).isEmpty();
        FailureAnalysis.Prediction one = FailureAnalysis.predict(at(1)).orElseThrow();
        assertThat(one.confidencePercent()).as("one says little").isEqualTo(20);
        List<FailureEntry> mixed =
                List.of(
                        entry(0, FailureClass.TRANSIENT, "a"),
                        entry(10, FailureClass.TRANSIENT, "a"),
                        entry(20, FailureClass.PERSISTENT, "b"),
                        entry(30, FailureClass.PERSISTENT, "b"),
                        entry(40, FailureClass.PERSISTENT, "b"));
        FailureAnalysis.Prediction next = FailureAnalysis.predict(mixed).orElseThrow();
        assertThat(next.type()).isEqualTo(FailureClass.PERSISTENT);
        assertThat(next.confidencePercent()).isEqualTo(80);
        assertThat(Duration.ofNanos(next.afterNanos())).isEqualTo(Duration.ofSeconds(10));
        assertThat(FailureAnalysis.predict(at(1, 2, 3, 4, 5)).orElseThrow().confidencePercent())
                .isEqualTo(100);
    }

    @Test
    @Requirement("strategist.cascade")
    void theFirstFailureOfAChainIsItsRoot() {
        Course course = new Course();
        ComponentId db = ComponentId.of("db");
        ComponentId api = ComponentId.of("api");
        course.needs.put(api, List.of(db));
        course.needs.put(ComponentId.of("web"), List.of(api));

        course.fail("db", new IOException("disk"));
        course.fail("api", new IOException("no db"));
        course.fail("web", new IOException("no api"));

        assertThat(course.lastClass("db")).isNotEqualTo(FailureClass.CASCADE);
        assertThat(course.of("api").history().getLast().root()).isEqualTo(db);
        assertThat(course.of("web").history().getLast().root()).isEqualTo(db);
    }

    @Test
    @Requirement("strategist.cascade")
    void whatFailsLaterOrNeedsSomethingElseIsNoCascade() {
        Course course = new Course();
        course.needs.put(ComponentId.of("api"), List.of(ComponentId.of("db")));
        course.fail("db", new IOException("disk"));
        course.fail("other", new IOException("odd"));
        assertThat(course.lastClass("other")).isEqualTo(FailureClass.UNKNOWN);
        course.pass(RecoveryLimits.DEFAULTS.cascadeWindow());
        course.fail("api", new IOException("odd"));
        assertThat(course.lastClass("api")).isEqualTo(FailureClass.CASCADE);
        course.pass(Duration.ofNanos(1));
        course.fail("api", new IOException("odder"));
        assertThat(course.lastClass("api")).isEqualTo(FailureClass.UNKNOWN);
    }

    @Test
    @Requirement("strategist.cascade")
    void theStrategiesOfATreeSayWhatNeedsWhat() {
        ChildSpec x = ChildSpec.permanent("x", life -> () -> {});
        ChildSpec y = ChildSpec.permanent("y", life -> () -> {});
        DependencyGraph graph =
                DependencyGraph.of(
                        SupervisorSpec.of(
                                Strategy.REST_FOR_ONE,
                                ChildSpec.supervisor(
                                        "first", SupervisorSpec.of(Strategy.ONE_FOR_ONE, x, y)),
                                ChildSpec.supervisor(
                                        "second", SupervisorSpec.of(Strategy.ONE_FOR_ALL, x, y))));

        assertThat(needs(graph, "first")).containsExactly("first/x", "first/y");
        assertThat(needs(graph, "first/y")).isEmpty();
        assertThat(needs(graph, "second")).containsExactly("first", "second/x", "second/y");
        assertThat(needs(graph, "second/x")).containsExactly("first", "second/y");
        assertThat(needs(graph, "third")).isEmpty();
    }

    @Test
    @Requirement("strategist.cascade")
    void whatIsDeclaredIsNeededBesideWhatTheTreeSaysAndThroughOthers() {
        ComponentId web = ComponentId.of("u", "web");
        ComponentId api = ComponentId.of("u", "api");
        ComponentId db = ComponentId.of("u", "db");
        ChildSpec u =
                ChildSpec.supervisor(
                        "u",
                        SupervisorSpec.of(
                                Strategy.ONE_FOR_ONE,
                                ChildSpec.permanent("web", life -> () -> {}),
                                ChildSpec.permanent("api", life -> () -> {}),
                                ChildSpec.permanent("db", life -> () -> {})));
        DependencyGraph graph =
                DependencyGraph.of(
                                SupervisorSpec.of(
                                        Strategy.REST_FOR_ONE,
                                        ChildSpec.permanent("first", life -> () -> {}),
                                        u))
                        .declaring(Map.of(web, List.of(api), api, List.of(db)));

        assertThat(needs(graph, "u/web")).containsExactly("first", "u/api", "u/db");
        assertThat(needs(graph, "u/api")).containsExactly("first", "u/db");
        assertThat(needs(graph, "u/db")).containsExactly("first");
        assertThat(graph.neededBy(db)).containsExactly(api, web);
        assertThat(graph.neededBy(web)).isEmpty();
    }

    private static List<String> needs(DependencyGraph graph, String component) {
        return graph.needs(new ComponentId(component)).stream().map(ComponentId::path).toList();
    }
}
