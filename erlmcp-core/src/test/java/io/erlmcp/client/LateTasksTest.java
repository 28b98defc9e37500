package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Revision;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import io.erlmcp.transport.InMemoryTransport;
import io.erlmcp.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tasks of which a client hears when it has given the call up. */
@Requirement({"proto.tasks", "proto.timeouts"})
class LateTasksTest {
    private static final String TASK =
            "\"taskId\":\"t1\",\"status\":\"working\",\"ttl\":60000,\"ttlMs\":60000,"
                    + "\"createdAt\":\"2026-07-28T00:00:00Z\","
                    + "\"lastUpdatedAt\":\"2026-07-28T00:00:00Z\"";

    @RegisterExtension final SideThreads threads = new SideThreads();

    private static ScriptedServer server(EraChoice era) {
        ScriptedServer server =
                era == EraChoice.MODERN ? ScriptedServer.modern() : ScriptedServer.legacy();
        return server.silent("tools/call").silent("tasks/cancel");
    }

    private static McpClient client(EraChoice era, ScriptedServer server) {
        return McpClient.builder(InMemoryTransport.to(server)).era(era).tasks().connect();
    }

    private static String created(EraChoice era) {
        return era == EraChoice.MODERN
                ? "{\"resultType\":\"task\"," + TASK + "}"
                : "{\"task\":{" + TASK + "}}";
    }

    /** The call that a client gave up. */
    private JsonObject givenUp(McpClient client, ScriptedServer server) throws Exception {
        Thread caller =
                threads.run(
                        "caller",
                        () ->
                                assertThatThrownBy(
                                                () ->
                                                        client.tasks()
                                                                .start("work", JsonObject.EMPTY))
                                        .isInstanceOf(CancellationException.class));
        await().until(() -> server.heard("tools/call").size() == 1);
        caller.interrupt();
        threads.join();
        return server.heard("tools/call").getFirst();
    }

    @ParameterizedTest
    @EnumSource(
            value = EraChoice.class,
            names = {"LEGACY", "MODERN"})
    void aTaskThatIsMadeForACallThatWasGivenUpIsStopped(EraChoice era) throws Exception {
        ScriptedServer server = server(era);
        try (McpClient client = client(era, server)) {
            JsonObject call = givenUp(client, server);
            server.reply(call, created(era));
            await().until(() -> server.heard("tasks/cancel").size() == 1);
            assertThat(
                            server.heard("tasks/cancel")
                                    .getFirst()
                                    .requireObject("params")
                                    .requireString("taskId"))
                    .isEqualTo("t1");
        }
    }

    @Test
    void aCallThatTimesOutHasItsTaskStoppedToo() {
        ScriptedServer server = server(EraChoice.MODERN);
        CallOptions impatient =
                CallOptions.NONE
                        .withTimeout(Duration.ofMillis(20))
                        .withMaxTimeout(Duration.ofMillis(20));
        try (McpClient client = client(EraChoice.MODERN, server)) {
            assertThatThrownBy(() -> client.call("work", JsonObject.EMPTY, impatient))
                    .isInstanceOf(McpTimeoutException.class);
            await().until(() -> server.heard("tools/call").size() == 1);
            server.reply(server.heard("tools/call").getFirst(), created(EraChoice.MODERN));
            await().until(() -> server.heard("tasks/cancel").size() == 1);
        }
    }

    @Test
    void anAnswerThatComesAtTheLastMomentIsFoundByWhoGaveUp() {
        PendingCall call =
                new PendingCall(
                        RequestId.of(1),
                        "x",
                        new Deadline(Time.system(), Duration.ofDays(1), Duration.ofDays(1)),
                        1,
                        null,
                        0);
        JsonObject answer = JsonObject.of("a", 1);
        assertThat(call.answered(answer)).isTrue();
        assertThat(call.giveUp()).isEqualTo(answer);
        assertThat(call.answered(answer)).isFalse();
        assertThat(call.giveUp()).isNull();
    }

    @Test
    void asManyAreRememberedAsTheBoundSaysAndThoseOfTheLastCalls() {
        List<String> stopped = new ArrayList<>();
        LateTasks late = new LateTasks(true, (tool, task) -> stopped.add(tool));
        for (int id = 0; id <= LateTasks.MAX_CALLS; id++) {
            late.expect(RequestId.of(id), call("tool " + id));
        }
        JsonObject task =
                Json.parseObject(created(EraChoice.MODERN).getBytes(StandardCharsets.UTF_8));
        assertThat(late.answered(RequestId.of(0), task)).isFalse();
        assertThat(late.answered(RequestId.of(1), task)).isTrue();
        assertThat(late.answered(RequestId.of(1), task)).isFalse();
        assertThat(late.answered(RequestId.of(LateTasks.MAX_CALLS), task)).isTrue();
        assertThat(stopped).containsExactly("tool 1", "tool " + LateTasks.MAX_CALLS);
    }

    @Test
    void anOrdinaryAnswerThatComesLateStopsNothing() {
        List<String> stopped = new ArrayList<>();
        LateTasks late = new LateTasks(true, (tool, task) -> stopped.add(tool));
        late.expect(RequestId.of(1), call("a"));
        late.expect(RequestId.of(2), call("b"));
        JsonObject result = Json.parseObject("{\"content\":[]}".getBytes(StandardCharsets.UTF_8));
        assertThat(late.answered(RequestId.of(1), result)).isFalse();
        assertThat(late.answered(RequestId.of(2), JsonObject.of("resultType", "x"))).isFalse();
        assertThat(stopped).isEmpty();
    }

    private static Outbound call(String tool) {
        return new Outbound(
                Wire.of(Revision.LATEST),
                new ClientRequest.CallTool(tool, JsonSlice.EMPTY_OBJECT),
                RequestMeta.NONE,
                null,
                List.of(),
                0);
    }
}
