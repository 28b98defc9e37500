package io.erlmcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.Call;
import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.HealthCheck.Finding;
import io.erlmcp.observability.HealthStatus;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.resilience.BreakerConfig;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.Connection;
import io.erlmcp.transport.ConnectionHandler;
import io.erlmcp.transport.Endpoint;
import io.erlmcp.transport.HttpExchange;
import io.erlmcp.transport.InMemoryTransport;
import io.erlmcp.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What upstream servers, and those who call them, may not do. */
class UpstreamGuardsTest {
    private static final JsonObject FORM =
            JsonObject.of("type", "object", "properties", JsonObject.EMPTY);

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Fixture fixture = new Fixture();
    private final McpServer server = McpServer.builder("behind", "1").build();
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicInteger running = new AtomicInteger();

    @AfterEach
    void close() {
        go.countDown();
        fixture.close();
        server.close();
    }

    private ToolSpec waiting(String name) {
        return ToolSpec.of(
                name,
                (arguments, call) -> {
                    running.incrementAndGet();
                    go.await();
                    return CallToolResult.text("done");
                });
    }

    @Test
    @Requirement("upstream.isolated")
    void asManyCallsAsAllowedRunAndOneMoreIsRefusedAsOverloaded() {
        server.tools().add(waiting("wait"));
        Upstream upstream =
                fixture.add(
                        Fixture.with(
                                Fixture.settings("up", EraChoice.AUTO, server),
                                new UpstreamSettings.Bounds(2, 0, 10, 100, 10, 0)));
        try (McpClient client = fixture.client(EraChoice.AUTO)) {
            Call<CallToolResult> first = client.start("wait", JsonObject.EMPTY);
            Call<CallToolResult> second = client.start("wait", JsonObject.EMPTY);
            await().until(() -> running.get() == 2);

            assertThatThrownBy(() -> client.call("wait", JsonObject.EMPTY))
                    .isInstanceOfSatisfying(
                            McpException.class,
                            e -> {
                                assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED);
                                assertThat(e).hasMessageContaining("2 calls of upstreams/up run");
                                assertThat(e.data().toJson())
                                        .contains("upstreams/up", "retryAfterMs");
                            });
            go.countDown();
            first.await();
            second.await();
            assertThat(upstream.describe().requireString("breaker")).isEqualTo("closed");
        }
    }

    @Test
    @Requirement({"queue.bounded", "backpressure.shed"})
    void prioritiesDecideWhoMayStillWaitForAServerThatIsBusy() {
        for (String name : List.of("idle", "usual", "urgent")) {
            server.tools().add(waiting(name));
        }
        Upstream upstream =
                fixture.add(
                        Fixture.with(
                                Fixture.settings("up", EraChoice.AUTO, server),
                                new UpstreamSettings.Bounds(1, 20, 100, 100, 10, 0)));
        try (McpClient client = fixture.client(EraChoice.AUTO)) {
            List<Call<CallToolResult>> waiting = new ArrayList<>();
            waiting.add(client.start("usual", JsonObject.EMPTY));
            await().until(() -> running.get() == 1);

            fill(client, "idle", upstream, 16, waiting);
            assertThat(fixture.events(UpstreamEvent.QueueFilling.class))
                    .singleElement()
                    .satisfies(it -> assertThat(it.waiting()).isEqualTo(15))
                    .satisfies(it -> assertThat(it.most()).isEqualTo(20));
            isRefused(client, "idle");
            fill(client, "usual", upstream, 19, waiting);
            isRefused(client, "usual");
            fill(client, "urgent", upstream, 20, waiting);
            isRefused(client, "urgent");

            go.countDown();
            waiting.forEach(Call::await);
            assertThat(running).hasValue(21);
        }
    }

    /** One after the other, until so many wait. */
    private static void fill(
            McpClient client,
            String tool,
            Upstream upstream,
            int most,
            List<Call<CallToolResult>> calls) {
        long waits = upstream.describe().requireInteger("waiting");
        for (long next = waits + 1; next <= most; next++) {
            long wanted = next;
            calls.add(client.start(tool, JsonObject.EMPTY));
            await().until(() -> upstream.describe().requireInteger("waiting") == wanted);
        }
    }

    private static void isRefused(McpClient client, String tool) {
        assertThatThrownBy(() -> client.call(tool, JsonObject.EMPTY))
                .isInstanceOfSatisfying(
                        McpException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED));
    }

    @Test
    @Requirement("upstream.isolated")
    void oneToolCannotTakeThePlacesOfTheOthers() {
        server.tools().add(waiting("wait"));
        server.tools().add(ToolSpec.of("quick", (a, call) -> CallToolResult.text("quick")));
        fixture.add(
                Fixture.with(
                        Fixture.settings("up", EraChoice.AUTO, server),
                        new UpstreamSettings.Bounds(2, 10, 1, 100, 10, 0)));
        try (McpClient client = fixture.client(EraChoice.AUTO)) {
            Call<CallToolResult> first = client.start("wait", JsonObject.EMPTY);
            Call<CallToolResult> second = client.start("wait", JsonObject.EMPTY);
            await().until(() -> running.get() == 1);

            client.call("quick", JsonObject.EMPTY);

            assertThat(running).hasValue(1);
            go.countDown();
            first.await();
            second.await();
        }
    }

    @Test
    @Requirement({"upstream.through", "security.client"})
    void aQuestionOfALegacyServerIsRefusedWhileTwoCallsRunForItCouldBeAnothers() {
        server.tools().add(waiting("wait"));
        server.tools()
                .add(
                        ToolSpec.of(
                                "ask",
                                (arguments, call) ->
                                        CallToolResult.text(
                                                "" + call.elicit("k", "who?", FORM).action())));
        fixture.add(Fixture.settings("up", EraChoice.LEGACY, server));
        AtomicInteger asked = new AtomicInteger();
        try (McpClient other = fixture.client(EraChoice.LEGACY);
                McpClient client =
                        fixture.client(
                                EraChoice.LEGACY,
                                it ->
                                        it.onElicit(
                                                form -> {
                                                    asked.incrementAndGet();
                                                    return ElicitResult.accept(JsonObject.EMPTY);
                                                }))) {
            Call<CallToolResult> waits = other.start("wait", JsonObject.EMPTY);
            await().until(() -> running.get() == 1);

            assertThatThrownBy(() -> client.call("ask", JsonObject.EMPTY))
                    .isInstanceOf(McpException.class);
            assertThat(asked).hasValue(0);
            assertThat(fixture.events(UpstreamEvent.QuestionRefused.class)).hasSize(1);

            go.countDown();
            waits.await();
            client.call("ask", JsonObject.EMPTY);
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    @Requirement("upstream.through")
    void aServerThatMayNotAskSeesNoCapabilities() {
        server.tools()
                .add(
                        ToolSpec.of(
                                "may",
                                (arguments, call) ->
                                        CallToolResult.text(
                                                ""
                                                        + call.peer()
                                                                .capabilities()
                                                                .elicitationForm())));
        UpstreamSettings it = Fixture.settings("up", EraChoice.AUTO, server);
        fixture.add(
                new UpstreamSettings(
                        it.name(),
                        it.remote(),
                        it.era(),
                        it.transport(),
                        it.names(),
                        it.patience(),
                        it.bounds(),
                        it.turn(),
                        it.breaker(),
                        it.cache(),
                        false,
                        it.holdChanged(),
                        it.needs()));
        try (McpClient client = fixture.client(EraChoice.AUTO)) {
            assertThat(client.call("may", JsonObject.EMPTY).content())
                    .isEqualTo(CallToolResult.text("false").content());
        }
    }

    @Test
    @Requirement("recovery.circuit-respect")
    void theServerRefusesForAsLongAsItsOwnBreakerIsOpenAndNotForThatOfATool() {
        ToolSpec bad =
                ToolSpec.of(
                        "bad",
                        (a, call) -> {
                            throw new IllegalStateException("a bug");
                        });
        server.tools().add(bad);
        server.tools().add(ToolSpec.of("good", (a, call) -> CallToolResult.text("good")));
        Upstream upstream = fixture.add(Fixture.settings("up", EraChoice.AUTO, server));
        try (McpClient client = fixture.client(EraChoice.AUTO)) {
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> client.call("bad", JsonObject.EMPTY))
                        .isInstanceOf(McpException.class);
                client.call("good", JsonObject.EMPTY);
            }
            assertThat(upstream.describe().requireObject("openTools").keys())
                    .containsExactly("bad");
            assertThat(upstream.refused()).isEqualTo(Duration.ZERO);
            assertThat(upstream.health()).isEqualTo(Finding.HEALTHY);
        }
        server.tools().add(ToolSpec.of("worse", bad.handler()));
        await().atMost(Duration.ofSeconds(20)).until(() -> upstream.toolNames().contains("worse"));
        try (McpClient client = fixture.client(EraChoice.AUTO)) {
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> client.call("worse", JsonObject.EMPTY))
                        .isInstanceOf(McpException.class);
            }
            assertThat(upstream.describe().requireString("breaker")).isEqualTo("open");
            assertThat(upstream.health().status()).isEqualTo(HealthStatus.DEGRADED);
            assertThat(upstream.health().detail()).isEqualTo("its circuit breaker is open");
            assertThat(upstream.refused())
                    .isPositive()
                    .isLessThanOrEqualTo(BreakerConfig.DEFAULTS.openFor());
        }
    }

    @Test
    @Requirement("security.client")
    void textOfOthersIsCutAndKeptOnOneLine() {
        assertThat(PlainText.of("a\nb\u001b[2J\u202e\tc", 100)).isEqualTo("a?b?[2J? c");
        assertThat(PlainText.of("x".repeat(11), 10)).isEqualTo("x".repeat(10) + "...");
        assertThat(PlainText.of("x".repeat(10), 10)).isEqualTo("x".repeat(10));
        ErrorLines lines = new ErrorLines(2, line -> line.replace("sesame", "***"));
        for (String line : new String[] {"one", "two", "open sesame"}) {
            lines.accept(line);
        }
        assertThat(lines.all()).containsExactly("two", "open ***");
    }

    @Test
    void aServerThatIsBeingStartedIsWellAndOneThatIsLostIsNot() {
        AtomicBoolean isThere = new AtomicBoolean(true);
        List<Connection> connections = new CopyOnWriteArrayList<>();
        Upstream upstream =
                fixture.begin(
                        Fixture.settings(
                                "up",
                                EraChoice.AUTO,
                                (lines, nice) -> {
                                    await().atMost(PATIENCE).until(() -> go.getCount() == 0);
                                    if (!isThere.get()) {
                                        throw new TransportException(
                                                TransportException.Kind.UNREACHABLE,
                                                "nobody is there");
                                    }
                                    return InMemoryTransport.to(seen(connections));
                                }));
        assertThat(upstream.health())
                .isEqualTo(new Finding(HealthStatus.HEALTHY, "is being started"));
        go.countDown();
        await().atMost(PATIENCE).until(upstream::isUp);
        assertThat(upstream.health()).isEqualTo(Finding.HEALTHY);
        isThere.set(false);
        connections.forEach(it -> it.close("it left"));
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(upstream.health())
                                        .isEqualTo(
                                                new Finding(
                                                        HealthStatus.UNHEALTHY,
                                                        "the server closed the connection")));
    }

    /** The server, whose connections can be had. */
    private Endpoint seen(List<Connection> connections) {
        return new Endpoint() {
            @Override
            public ConnectionHandler connected(Connection connection) {
                connections.add(connection);
                return server.endpoint().connected(connection);
            }

            @Override
            public void handle(HttpExchange exchange) {
                server.endpoint().handle(exchange);
            }
        };
    }
}
