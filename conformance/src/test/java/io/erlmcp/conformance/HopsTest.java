package io.erlmcp.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.client.Call;
import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.http.StreamableHttpClientTransport;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The stack of a handler shows the hops of docs/architecture.md, in their order. */
@Requirement("proto.parallel")
class HopsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final BlockingQueue<Thread> asleep = new ArrayBlockingQueue<>(1);
    private final BlockingQueue<StackTraceElement[]> stacks = new ArrayBlockingQueue<>(1);
    private final CountDownLatch morning = new CountDownLatch(1);
    private final McpServer server =
            McpServer.builder("hops", "1.0")
                    .add(
                            ToolSpec.of(
                                            "glance",
                                            (arguments, call) -> {
                                                stacks.add(Thread.currentThread().getStackTrace());
                                                return CallToolResult.text("seen");
                                            })
                                    .nonBlocking())
                    .tool(
                            "sleep",
                            "Sleeps until the test ends the night",
                            (arguments, call) -> {
                                asleep.add(Thread.currentThread());
                                morning.await();
                                return CallToolResult.text("slept");
                            })
                    .build();
    private final HttpServer http =
            HttpServer.start(
                    HttpServerConfig.defaults().withPort(0),
                    List.of(new HttpRoute("/mcp", server.endpoint()::handle)));

    @AfterEach
    void close() {
        morning.countDown();
        server.close();
        http.close(Duration.ofSeconds(5));
    }

    private McpClient client(EraChoice era) {
        String url = "http://127.0.0.1:" + http.port() + "/mcp";
        return McpClient.builder(StreamableHttpClientTransport.to(url))
                .era(era)
                .timeout(PATIENCE)
                .connect();
    }

    @ParameterizedTest
    @EnumSource(
            value = EraChoice.class,
            names = {"LEGACY", "MODERN"})
    void aNonBlockingToolRunsOnOneStackFromTheSocketToTheHandler(EraChoice era) {
        try (McpClient client = client(era)) {
            client.call("glance", JsonObject.EMPTY);
        }
        assertThat(packages(stacks.remove()))
                .containsExactly("http", "session", "dispatch", "feature", "conformance");
    }

    @ParameterizedTest
    @EnumSource(
            value = EraChoice.class,
            names = {"LEGACY", "MODERN"})
    void aSleepingToolHasAThreadOfItsOwnThatShowsTheRestOfTheWay(EraChoice era)
            throws InterruptedException {
        try (McpClient client = client(era)) {
            Call<CallToolResult> call = client.start("sleep", JsonObject.EMPTY);
            Thread sleeper = asleep.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(sleeper).isNotNull();
            assertThat(sleeper.isVirtual()).isTrue();
            assertThat(sleeper.getName()).matches("call-\\d+ tools/call");
            assertThat(packages(sleeper.getStackTrace()))
                    .containsExactly("dispatch", "feature", "conformance");
            morning.countDown();
            assertThat(call.await().isError()).isFalse();
        }
    }

    /** Our packages, outermost first, each where the stack enters it. */
    private static List<String> packages(StackTraceElement[] stack) {
        List<String> entered = new ArrayList<>();
        for (StackTraceElement frame : Arrays.asList(stack).reversed()) {
            String[] parts = frame.getClassName().split("\\.");
            boolean ours = frame.getClassName().startsWith("io.erlmcp.");
            if (ours && (entered.isEmpty() || !entered.getLast().equals(parts[2]))) {
                entered.add(parts[2]);
            }
        }
        return entered;
    }
}
