package io.erlmcp.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.bench.ScriptedServer.Reply;
import io.erlmcp.bench.ScriptedServer.Script;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.Era;
import io.erlmcp.runtime.Time;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Four streams at a time, from servers that keep them and from some that do not. */
class StreamLoadTest {
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    private static BenchReport run(Script script, Era era) {
        return run(script, era, Duration.ofSeconds(1));
    }

    private static BenchReport run(Script script, Era era, Duration duration) {
        try (ScriptedServer server = new ScriptedServer(script)) {
            BenchPlan plan = Plans.http(server.port(), Workload.STREAMS, era, 0, duration);
            return Bench.run(plan, Time.system(), line -> {});
        }
    }

    private static Script legacy(Script stream) {
        return (message, count) ->
                message.requireString("method").equals("GET")
                        ? stream.answer(message, count)
                        : BenchTest.legacy(message, count);
    }

    private static String acknowledged(Object id) {
        JsonObject meta = JsonObject.of("io.modelcontextprotocol/subscriptionId", id);
        return "data: "
                + JsonObject.of(
                                "method",
                                "notifications/subscriptions/acknowledged",
                                "params",
                                JsonObject.of("_meta", meta))
                        .toJson()
                + "\n\n";
    }

    @Test
    void streamsOfTheModernEraAreOpenOnceAcknowledged() {
        BenchReport report =
                run((m, n) -> Reply.stream(acknowledged(m.get("id")), NEVER), Era.MODERN);

        assertThat(report.isGood()).isTrue();
        assertThat(report.latencies().count()).isEqualTo(4);
        assertThat(report.errors()).isEmpty();
    }

    @Test
    void streamsOfTheLegacyEraBelongToASession() {
        BenchReport report = run(legacy((m, n) -> Reply.stream(": hello\n\n", NEVER)), Era.LEGACY);

        assertThat(report.latencies().count()).isEqualTo(4);
        assertThat(report.errors()).isEmpty();
    }

    @Test
    void theAcknowledgementOfAnotherRequestIsWrong() {
        BenchReport report = run((m, n) -> Reply.stream(acknowledged(7), NEVER), Era.MODERN);

        assertThat(report.isGood()).isFalse();
        assertThat(report.wrong()).isNotEmpty();
    }

    @Test
    void aStreamThatIsRefusedIsAnError() {
        Reply no = new Reply(405, "text/plain", "no", false);
        BenchReport report =
                run(legacy((m, n) -> n <= 3 ? no : Reply.stream(": hello\n\n", NEVER)), Era.LEGACY);

        assertThat(report.errors()).isEqualTo(Map.of("HTTP 405", 1L));
        assertThat(report.latencies().count()).isEqualTo(3);
    }

    @Test
    void aStreamThatEndsBeforeTheRunIsAnError() {
        CountDownLatch end = new CountDownLatch(4);
        BenchReport report =
                run(
                        (m, n) -> {
                            end.countDown();
                            CountDownLatch own = n < 4 ? end : NEVER;
                            return Reply.stream(acknowledged(m.get("id")), own);
                        },
                        Era.MODERN,
                        Duration.ofSeconds(2)); // the ends come in the course of it

        assertThat(report.errors()).isEqualTo(Map.of("the stream ended", 3L));
    }

    @Test
    void streamsHaveNoRate() {
        assertThatThrownBy(() -> Plans.http(1, Workload.STREAMS, Era.MODERN, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
