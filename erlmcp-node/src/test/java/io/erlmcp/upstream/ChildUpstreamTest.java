package io.erlmcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.Call;
import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ChildProcessConfig;
import io.erlmcp.transport.ChildProcessTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Upstream servers that are child processes, and what they do to the node. */
class ChildUpstreamTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long MOST_BYTES = 350L << 20;

    /** What a busy machine needs for an answer, many times over. */
    private static final Duration NO_ANSWER = Duration.ofSeconds(2);

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    static UpstreamSettings bad(String name) {
        return Fixture.settings(
                name,
                EraChoice.AUTO,
                (lines, nice) ->
                        new ChildProcessTransport(
                                ChildProcessConfig.of(BadServer.command())
                                        .withInherited(Set.of("PATH"))
                                        .withEnvironment(Map.of("TOKEN", "s3cret"))
                                        .withStopGrace(Duration.ofMillis(500))
                                        .withErrorLines(lines)
                                        .withContainment()
                                        .withSessionNice(nice)));
    }

    private static UpstreamSettings quick(UpstreamSettings it) {
        return new UpstreamSettings(
                it.name(),
                it.remote(),
                it.era(),
                it.transport(),
                it.names(),
                new UpstreamSettings.Patience(
                        NO_ANSWER, PATIENCE, PATIENCE, Duration.ofMillis(500), NO_ANSWER, 2),
                it.bounds(),
                it.turn(),
                it.breaker(),
                it.cache(),
                it.questions(),
                it.holdChanged(),
                it.needs());
    }

    static String text(CallToolResult result) {
        return ((TextContent) result.content().getFirst()).text();
    }

    static List<ProcessHandle> processes(McpClient client) {
        return List.of(text(client.call("pid", JsonObject.EMPTY)).split(" ")).stream()
                .map(Long::parseLong)
                .map(pid -> ProcessHandle.of(pid).orElseThrow())
                .toList();
    }

    private static JsonObject data(McpException e) {
        return (JsonObject) e.data();
    }

    @Test
    @Requirement({"upstream.restart", "upstream.orphans"})
    void callsUnderWayGetAClearErrorAtOnceAndTheNextRunServesAgain() {
        Upstream upstream = fixture.add(bad("bad"));
        try (McpClient client = fixture.client(EraChoice.AUTO)) {
            List<ProcessHandle> first = processes(client);
            Call<CallToolResult> waiting = client.start("wait", JsonObject.EMPTY);
            await().atMost(PATIENCE)
                    .until(() -> upstream.describe().requireInteger("running") == 1);
            Instant before = Instant.now();

            first.getFirst().destroyForcibly();

            assertThatThrownBy(waiting::await)
                    .isInstanceOfSatisfying(
                            McpException.class,
                            e -> {
                                assertThat(e.code()).isEqualTo(ErrorCode.UPSTREAM_UNAVAILABLE);
                                assertThat(e.getMessage()).startsWith("upstreams/bad is not there");
                                assertThat(data(e).requireString("component"))
                                        .isEqualTo("upstreams/bad");
                                assertThat(Instant.parse(data(e).requireString("since")))
                                        .isAfterOrEqualTo(before.minusSeconds(1));
                                // it may have run: a client that is told when takes it for one
                                // that did not, and sends it again
                                assertThat(data(e).has("retryAfterMs")).isFalse();
                            });
            await().atMost(PATIENCE).until(upstream::isUp);
            assertThat(processes(client)).doesNotContainAnyElementsOf(first);
            await().atMost(PATIENCE).until(() -> first.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(fixture.failures).hasSize(1);
            await().untilAsserted(
                            () -> assertThat(fixture.events(UpstreamEvent.Up.class)).hasSize(2));
        }
    }

    @Test
    @Requirement("upstream.restart")
    void aToolThatOnlyReadsIsCalledOnceMoreAfterTheRestartAndAnotherIsNot(@TempDir Path folder) {
        fixture.add(bad("bad"));
        try (McpClient client = fixture.client(EraChoice.AUTO)) {
            JsonObject mark = JsonObject.of("mark", folder.resolve("mark").toString());

            assertThat(text(client.call("look", mark))).isEqualTo("seen");

            assertThat(fixture.events(UpstreamEvent.Retried.class)).hasSize(1);
            assertThatThrownBy(() -> client.call("die", JsonObject.EMPTY))
                    .hasMessageContaining("is not there");
            assertThat(fixture.events(UpstreamEvent.Retried.class)).hasSize(1);
        }
    }

    @Test
    @Requirement("upstream.fallback")
    void anEarlierAnswerIsGivenAndMarkedWhileTheServerIsNotThere() {
        Upstream upstream = fixture.begin(once(bad("bad")));
        await().atMost(PATIENCE).until(upstream::isUp);
        try (McpClient client = fixture.client(EraChoice.AUTO)) {
            List<ProcessHandle> first = processes(client);
            first.getFirst().destroyForcibly();
            await().atMost(PATIENCE).until(() -> !upstream.isUp());

            CallToolResult stale = client.call("pid", JsonObject.EMPTY);

            assertThat(text(stale)).startsWith(first.getFirst().pid() + " ");
            assertThat(stale.meta().requireObject(ToolProxy.STALE).requireString("component"))
                    .isEqualTo("upstreams/bad");
            assertThatThrownBy(() -> client.call("pid", JsonObject.of("other", 1)))
                    .hasMessageContaining("is not there since");
        }
    }

    /** Its second run never comes up. */
    private static UpstreamSettings once(UpstreamSettings settings) {
        boolean[] used = new boolean[1];
        return Fixture.with(
                settings,
                it ->
                        (lines, nice) -> {
                            if (used[0]) {
                                return new ChildProcessTransport(
                                        ChildProcessConfig.of("sleep", "1000").withContainment());
                            }
                            used[0] = true;
                            return it.open(lines, nice);
                        });
    }

    @Test
    @Requirement("upstream.hung")
    void aChildThatStandsStillIsReplaced() {
        Upstream upstream = fixture.add(quick(bad("bad")));
        try (McpClient client = fixture.client(EraChoice.AUTO)) {
            List<ProcessHandle> first = processes(client);

            assertThatThrownBy(() -> client.call("hang", JsonObject.EMPTY))
                    .isInstanceOfSatisfying(
                            McpException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED));

            await().atMost(PATIENCE)
                    .until(() -> fixture.events(UpstreamEvent.Up.class).size() == 2);
            await().atMost(PATIENCE).until(() -> first.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(fixture.events(UpstreamEvent.Hung.class)).hasSize(1);
            assertThat(upstream.isUp()).isTrue();
        }
    }

    @Test
    @Requirement({"upstream.hung", "upstream.restart"})
    void aChildThatHoldsMoreMemoryThanItMayIsReplaced() {
        Upstream upstream =
                fixture.add(
                        Fixture.with(
                                bad("bad"),
                                new UpstreamSettings.Bounds(100, 100, 50, 100, 10, MOST_BYTES)));
        try (McpClient client = fixture.client(EraChoice.AUTO)) {
            List<ProcessHandle> first = processes(client);

            assertThat(text(client.call("leak", JsonObject.EMPTY))).isEqualTo("leaks 400 MB");

            await().atMost(PATIENCE)
                    .until(() -> fixture.events(UpstreamEvent.Up.class).size() == 2);
            await().atMost(PATIENCE).until(() -> first.stream().noneMatch(ProcessHandle::isAlive));
            assertThat(fixture.events(UpstreamEvent.TooBig.class))
                    .singleElement()
                    .satisfies(event -> assertThat(event.bytes()).isGreaterThan(MOST_BYTES));
            assertThat(upstream.isUp()).isTrue();
        }
    }

    @Test
    @Requirement("upstream.isolated")
    void aServerThatNeverGreetsHoldsUpNobody() {
        UpstreamSettings silent =
                Fixture.settings(
                        "silent",
                        EraChoice.AUTO,
                        (lines, nice) ->
                                new ChildProcessTransport(
                                        ChildProcessConfig.of("sleep", "1000").withContainment()));
        Upstream never = fixture.begin(silent);
        fixture.add(bad("bad"));

        try (McpClient client = fixture.client(EraChoice.AUTO)) {
            assertThat(processes(client)).hasSize(2);
        }
        assertThat(never.isUp()).isFalse();
    }

    @Test
    @Requirement("upstream.secrets")
    void aChildGetsWhatItIsGivenAndItsErrorsAreKeptOnOneLineEach() {
        Upstream upstream = fixture.add(bad("bad"));
        try (McpClient client = fixture.client(EraChoice.AUTO)) {
            String environment = text(client.call("environment", JsonObject.EMPTY));
            assertThat(environment).contains("TOKEN=s3cret").doesNotContain("HOME=");
        }
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(upstream.lastErrorLines())
                                        .first()
                                        .isEqualTo("up?[31m and running"));
        assertThat(upstream.describe().toJson()).doesNotContain("s3cret");
        assertThat(fixture.events.toString()).doesNotContain("s3cret");
    }

    @Test
    @Requirement({"cb.machine", "upstream.isolated"})
    void aToolThatTimesOutIsRefusedAfterFiveFailuresWhileOthersGoOn() {
        Upstream upstream = fixture.add(quick(bad("bad")));
        try (McpClient client = fixture.client(EraChoice.AUTO)) {
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> client.call("wait", JsonObject.EMPTY))
                        .hasMessageContaining("did not answer within");
                client.call("pid", JsonObject.EMPTY); // the server itself works
            }

            assertThatThrownBy(() -> client.call("wait", JsonObject.EMPTY))
                    .isInstanceOfSatisfying(
                            McpException.class,
                            e -> {
                                assertThat(e.code()).isEqualTo(ErrorCode.UPSTREAM_UNAVAILABLE);
                                assertThat(data(e).requireString("component"))
                                        .isEqualTo("upstreams/bad/wait");
                                assertThat(data(e).requireInteger("retryAfterMs"))
                                        .isBetween(1L, 30_000L);
                            });
            assertThat(processes(client)).hasSize(2);
            assertThat(upstream.describe().requireObject("openTools").requireString("wait"))
                    .isEqualTo("open");
        }
    }
}
