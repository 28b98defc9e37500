package io.erlmcp.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.bench.ScriptedServer.Reply;
import io.erlmcp.bench.ScriptedServer.Script;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.Era;
import io.erlmcp.runtime.Time;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Runs against servers that tell the truth, and against some that do not. */
class BenchTest {
    private static BenchReport run(Script script, Workload workload, Era era, double rate) {
        // at a rate the length decides how many there are; else the first are to come in time
        Duration duration = rate > 0 ? Duration.ofMillis(300) : Duration.ofSeconds(1);
        try (ScriptedServer server = new ScriptedServer(script)) {
            BenchPlan plan = Plans.http(server.port(), workload, era, rate, duration);
            return Bench.run(plan, Time.system(), line -> {});
        }
    }

    @Test
    void rightAnswersAreCounted() {
        BenchReport report =
                run((m, n) -> ScriptedServer.echo(m), Workload.TOOLS_CALL, Era.MODERN, 0);

        assertThat(report.isGood()).isTrue();
        assertThat(report.latencies().count()).isPositive();
        assertThat(report.errors()).isEmpty();
    }

    @Test
    void aServerThatLiesFailsTheRun() {
        BenchReport report =
                run(
                        (m, n) ->
                                n == 1
                                        ? ScriptedServer.echo(m)
                                        : Reply.json(ScriptedServer.echoed(m, "x".repeat(40))),
                        Workload.TOOLS_CALL,
                        Era.MODERN,
                        0);

        assertThat(report.latencies().count()).isEqualTo(1);
        assertThat(report.wrong().values().stream().mapToLong(it -> it).sum())
                .isGreaterThanOrEqualTo(3);
        assertThat(report.isGood()).isFalse();
    }

    @Test
    void refusalsAreErrorsAndNotWrong() {
        JsonObject error = JsonObject.of("code", -32603, "message", "no");
        BenchReport report =
                run(
                        (m, n) ->
                                switch (n) {
                                    case 2 -> new Reply(503, "text/plain", "busy", false);
                                    case 3 ->
                                            Reply.json(
                                                    JsonObject.of(
                                                            "jsonrpc",
                                                            "2.0",
                                                            "id",
                                                            m.get("id"),
                                                            "error",
                                                            error));
                                    default -> ScriptedServer.echo(m);
                                },
                        Workload.TOOLS_CALL,
                        Era.MODERN,
                        0);

        assertThat(report.isGood()).isTrue();
        assertThat(report.errors()).isEqualTo(Map.of("HTTP 503", 1L, "JSON-RPC -32603", 1L));
    }

    @Test
    void answersInEventStreamsAndChunksAreRead() {
        BenchReport report =
                run(
                        (m, n) ->
                                Reply.events(
                                        "id: 1\r\nevent: message\r\ndata: "
                                                + ScriptedServer.echo(m).body()
                                                + "\r\n\r\n"),
                        Workload.TOOLS_CALL,
                        Era.MODERN,
                        0);

        assertThat(report.isGood()).isTrue();
        assertThat(report.wrong()).isEmpty();
    }

    @Test
    void anOpenLoopStartsAsManyAsItsRateSays() {
        BenchReport report =
                run((m, n) -> ScriptedServer.echo(m), Workload.TOOLS_CALL, Era.MODERN, 200);

        assertThat(report.latencies().count() + report.unanswered()).isEqualTo(60);
    }

    @Test
    void theCoreTimeOfAnOpenLoopIsKnownThoughItsLastAnswerComesBeforeTheEnd() {
        Duration longer = Duration.ofSeconds(2); // so that even the first answer comes before it
        try (ScriptedServer server = new ScriptedServer((m, n) -> ScriptedServer.echo(m))) {
            BenchPlan plan = Plans.http(server.port(), Workload.TOOLS_CALL, Era.MODERN, 10, longer);

            assertThat(Bench.run(plan, Time.system(), line -> {}).loadMicros()).isPresent();
        }
    }

    @Test
    void anOpenLoopCountsTheTimeThatRequestsWaitedForTheServer() {
        BenchReport report =
                run(
                        (m, n) -> {
                            if (n <= 4) {
                                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
                            }
                            return ScriptedServer.echo(m);
                        },
                        Workload.TOOLS_CALL,
                        Era.MODERN,
                        1_000);

        // four connections were held for 200 ms, and what was due meanwhile had to wait
        assertThat(report.latencies().micros().get("p50")).isGreaterThan(20_000);
        assertThat(report.latencies().count() + report.unanswered()).isEqualTo(300);
    }

    @Test
    void aSessionIsOpenedOnceForEachConnectionOfTheLegacyEra() {
        BenchReport report = run(BenchTest::legacy, Workload.TOOLS_CALL, Era.LEGACY, 0);

        assertThat(report.isGood()).isTrue();
        assertThat(report.wrong()).isEmpty();
    }

    @Test
    void anInitializeIsARequestAndANotification() {
        BenchReport report = run(BenchTest::legacy, Workload.INITIALIZE, Era.LEGACY, 0);

        assertThat(report.isGood()).isTrue();
        assertThat(report.errors()).isEmpty();
    }

    static Reply legacy(JsonObject message, int count) {
        return switch (message.requireString("method")) {
            case "initialize" ->
                    Reply.json(
                            ScriptedServer.result(
                                    message,
                                    JsonObject.of(
                                            "protocolVersion",
                                            "2025-11-25",
                                            "serverInfo",
                                            JsonObject.of("name", "s"))));
            case "notifications/initialized" -> new Reply(202, "text/plain", "", false);
            default -> ScriptedServer.echo(message);
        };
    }

    @Test
    void aListThatChangesIsWrong() {
        BenchReport report =
                run(
                        (m, n) ->
                                Reply.json(
                                        ScriptedServer.result(
                                                m,
                                                JsonObject.of(
                                                        "tools",
                                                        JsonArray.of(
                                                                JsonObject.of(
                                                                        "name",
                                                                        n == 2 ? "b" : "a"))))),
                        Workload.TOOLS_LIST,
                        Era.MODERN,
                        0);

        assertThat(report.wrong()).isNotEmpty();
        assertThat(report.isGood()).isFalse();
    }

    @Test
    void progressIsCheckedStepByStep() {
        assertThat(run(progress(10), Workload.PROGRESS, Era.MODERN, 0).isGood()).isTrue();
        assertThat(run(progress(9), Workload.PROGRESS, Era.MODERN, 0).isGood()).isFalse();
    }

    private static Script progress(int steps) {
        return (message, count) -> {
            Object token =
                    message.requireObject("params").requireObject("_meta").get("progressToken");
            StringBuilder events = new StringBuilder();
            for (int i = 1; i <= steps; i++) {
                JsonObject params = JsonObject.of("progressToken", token, "progress", i);
                JsonObject step =
                        JsonObject.of("method", "notifications/progress", "params", params);
                events.append("data: ").append(step.toJson()).append("\n\n");
            }
            String end = ScriptedServer.echoed(message, "done").toJson();
            return Reply.events(events + "data: " + end + "\n\n");
        };
    }

    @Test
    void aServerThatIsNotThereIsNamed() {
        int port;
        try (ScriptedServer server = new ScriptedServer((m, n) -> ScriptedServer.echo(m))) {
            port = server.port();
        }

        assertThatThrownBy(() -> Bench.run(Plans.echo(port), Time.system(), line -> {}))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("127.0.0.1:" + port);
    }

    @Test
    void onlyThisMachineGetsLoad() {
        for (String url :
                List.of(
                        "http://example.com/mcp",
                        "http://10.0.0.1/mcp",
                        "http://127.0.0.1.example.com/mcp",
                        "https://127.0.0.1/mcp",
                        "http:/mcp")) {
            assertThatThrownBy(() -> new BenchTarget.Http(URI.create(url)))
                    .as(url)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(new BenchTarget.Http(URI.create("http://[::1]:1/mcp")).path()).isEqualTo("/mcp");
    }
}
