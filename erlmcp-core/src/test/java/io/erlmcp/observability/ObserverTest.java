package io.erlmcp.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.client.McpClient;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.InMemoryTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Observers that fail: a domain of their own. */
@Requirement("sup.isolation")
class ObserverTest {
    private record Happened() implements Event {}

    private final Thread.UncaughtExceptionHandler before =
            Thread.currentThread().getUncaughtExceptionHandler();

    @AfterEach
    void restore() {
        Thread.currentThread().setUncaughtExceptionHandler(before);
    }

    @Test
    void whatOneObserverThrowsReachesNeitherTheOthersNorWhoeverTells() {
        List<Throwable> reported = new ArrayList<>();
        Thread.currentThread().setUncaughtExceptionHandler((thread, fault) -> reported.add(fault));
        List<Event> heard = new ArrayList<>();
        StackOverflowError fault = new StackOverflowError();
        Observer all =
                Observer.of(
                        List.of(
                                event -> {
                                    throw fault;
                                },
                                heard::add));
        all.on(new Happened());
        assertThat(heard).containsExactly(new Happened());
        assertThat(reported).containsExactly(fault);
    }

    @Test
    void anObserverThatAlwaysFailsDoesNotFloodTheLog() {
        List<Throwable> reported = new ArrayList<>();
        Thread.currentThread().setUncaughtExceptionHandler((thread, fault) -> reported.add(fault));
        Observer failing =
                Observer.of(
                        List.of(
                                event -> {
                                    throw new IllegalStateException();
                                }));
        for (int i = 0; i < 1024; i++) {
            failing.on(new Happened());
        }
        assertThat(reported).hasSize(11);
    }

    @Test
    void callsAreAnsweredWhateverTelemetryDoes() {
        Queue<Event> heard = new ConcurrentLinkedQueue<>();
        try (McpServer server =
                        McpServer.builder("s", "1")
                                .observer(
                                        event -> {
                                            throw new IllegalStateException("telemetry is broken");
                                        })
                                .observer(heard::add)
                                .add(
                                        ToolSpec.of(
                                                "echo",
                                                (arguments, call) -> CallToolResult.text("fine")))
                                .build();
                McpClient client =
                        McpClient.builder(InMemoryTransport.to(server.endpoint())).connect()) {
            assertThat(client.call("echo", JsonObject.EMPTY).content())
                    .isEqualTo(CallToolResult.text("fine").content());
        }
        assertThat(heard).isNotEmpty();
    }
}
