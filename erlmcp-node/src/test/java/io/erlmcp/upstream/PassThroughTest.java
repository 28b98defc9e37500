package io.erlmcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.client.Call;
import io.erlmcp.client.CallOptions;
import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.CreateMessageResult;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Root;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What passes between a caller and an upstream server in the course of a call. */
class PassThroughTest {
    private static final JsonObject FORM =
            JsonObject.of(
                    "type",
                    "object",
                    "properties",
                    JsonObject.of("name", JsonObject.of("type", "string")));

    private final Fixture fixture = new Fixture();
    private final McpServer server = McpServer.builder("behind", "1").build();

    @AfterEach
    void close() {
        fixture.close();
        server.close();
    }

    static Stream<Arguments> eras() {
        return Stream.of(EraChoice.LEGACY, EraChoice.MODERN)
                .flatMap(
                        here ->
                                Stream.of(EraChoice.LEGACY, EraChoice.MODERN)
                                        .map(there -> Arguments.of(here, there)));
    }

    private static String text(CallToolResult result) {
        return ((TextContent) result.content().getFirst()).text();
    }

    private void addAsking(AtomicInteger runs) {
        server.tools()
                .add(
                        ToolSpec.of(
                                "ask",
                                (arguments, call) -> {
                                    runs.incrementAndGet();
                                    ElicitResult name = call.elicit("name", "who?", FORM);
                                    List<Root> roots = call.roots("roots");
                                    CreateMessageResult said =
                                            call.sample("poem", CreateMessage.of("a poem", 100));
                                    return CallToolResult.text(
                                            name.content().requireString("name")
                                                    + ", "
                                                    + roots.getFirst().uri()
                                                    + ", "
                                                    + said.model());
                                }));
    }

    @ParameterizedTest
    @MethodSource("eras")
    @Requirement("upstream.through")
    void questionsReachTheCallersUserAndModelOneAfterTheOther(EraChoice here, EraChoice there) {
        addAsking(new AtomicInteger());
        fixture.add(Fixture.settings("up", there, server));

        try (McpClient client =
                fixture.client(
                        here,
                        it ->
                                it.onElicit(
                                                form ->
                                                        ElicitResult.accept(
                                                                JsonObject.of("name", "Ada")))
                                        .roots(List.of(new Root("file:///home", null)))
                                        .onSample(
                                                message ->
                                                        Optional.of(
                                                                CreateMessageResult.text(
                                                                        "..", "deep"))))) {
            assertThat(text(client.call("ask", JsonObject.EMPTY)))
                    .isEqualTo("Ada, file:///home, deep");
        }
    }

    @Test
    @Requirement("upstream.through")
    void aLegacyServersToolRunsOnceAlthoughAModernCallerComesBackForEachQuestion() {
        AtomicInteger runs = new AtomicInteger();
        addAsking(runs);
        fixture.add(Fixture.settings("up", EraChoice.LEGACY, server));

        try (McpClient client =
                fixture.client(
                        EraChoice.MODERN,
                        it ->
                                it.onElicit(
                                                form ->
                                                        ElicitResult.accept(
                                                                JsonObject.of("name", "Ada")))
                                        .roots(List.of(new Root("file:///home", null)))
                                        .onSample(
                                                message ->
                                                        Optional.of(
                                                                CreateMessageResult.text(
                                                                        "..", "deep"))))) {
            client.call("ask", JsonObject.EMPTY);
        }
        assertThat(runs).hasValue(1);
    }

    @ParameterizedTest
    @MethodSource("eras")
    @Requirement("upstream.through")
    void aCallerThatOffersNothingMakesTheQuestionARefusalNotAHang(EraChoice here, EraChoice there) {
        addAsking(new AtomicInteger());
        fixture.add(Fixture.settings("up", there, server));

        try (McpClient client = fixture.client(here)) {
            assertThatThrownBy(() -> client.call("ask", JsonObject.EMPTY))
                    .isInstanceOf(McpException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("eras")
    @Requirement("upstream.through")
    void progressAndLogsReachTheCallerWhileTheCallRuns(EraChoice here, EraChoice there) {
        CountDownLatch heard = new CountDownLatch(2);
        server.tools()
                .add(
                        ToolSpec.of(
                                "work",
                                (arguments, call) -> {
                                    call.progress(1, 2.0, "half");
                                    call.log(LogLevel.WARNING, "careful");
                                    heard.await();
                                    return CallToolResult.text("done");
                                }));
        fixture.add(Fixture.settings("up", there, server));
        List<ServerNotification.Progress> progress = new CopyOnWriteArrayList<>();
        List<ServerNotification.Log> logs = new CopyOnWriteArrayList<>();

        try (McpClient client =
                fixture.client(
                        here,
                        it ->
                                it.onLog(
                                        log -> {
                                            logs.add(log);
                                            heard.countDown();
                                        }))) {
            client.setLogLevel(LogLevel.INFO);
            CallOptions options =
                    CallOptions.NONE.withProgress(
                            it -> {
                                progress.add(it);
                                heard.countDown();
                            });
            assertThat(text(client.call("work", JsonObject.EMPTY, options))).isEqualTo("done");
        }
        assertThat(progress).extracting(it -> it.message()).containsExactly("half");
        assertThat(logs).extracting(it -> it.level()).containsExactly(LogLevel.WARNING);
    }

    @ParameterizedTest
    @MethodSource("eras")
    @Requirement("upstream.through")
    void aCancelledCallIsCancelledBehind(EraChoice here, EraChoice there) throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        server.tools()
                .add(
                        ToolSpec.of(
                                "wait",
                                (arguments, call) -> {
                                    began.countDown();
                                    try {
                                        new CountDownLatch(1).await();
                                    } finally {
                                        stopped.countDown();
                                    }
                                    return CallToolResult.text("never");
                                }));
        fixture.add(Fixture.settings("up", there, server));

        try (McpClient client = fixture.client(here)) {
            Call<CallToolResult> call = client.start("wait", JsonObject.EMPTY);
            began.await();
            call.cancel();
            stopped.await();
        }
    }

    @Test
    @Requirement({"upstream.through", "proto.context-metadata"})
    void traceContextIsPassedOnAndNothingElseOfTheMetadata() {
        List<JsonObject> seen = new CopyOnWriteArrayList<>();
        server.tools()
                .add(
                        ToolSpec.of(
                                "meta",
                                (arguments, call) -> {
                                    seen.add(call.meta().raw());
                                    return CallToolResult.text("");
                                }));
        fixture.add(Fixture.settings("up", EraChoice.AUTO, server));
        try (McpClient client = fixture.client(EraChoice.AUTO)) {
            client.call(
                    "meta",
                    JsonObject.EMPTY,
                    CallOptions.NONE.withMeta(
                            JsonObject.of("traceparent", "00-1-2-01", "token", "secret")));
        }
        assertThat(seen.getFirst().string("traceparent")).contains("00-1-2-01");
        assertThat(seen.getFirst().has("token")).isFalse();
    }
}
