package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.McpException;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.InMemoryTransport;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Questions that are answered by a handler of the call in whose course they come. */
@Requirement("upstream.through")
class QuestionsOfACallTest {
    private static final String FORM =
            "{\"method\":\"elicitation/create\",\"params\":{\"message\":\"who?\","
                    + "\"requestedSchema\":{\"type\":\"object\",\"properties\":{}}}}";
    private static final String LIVE = "{\"jsonrpc\":\"2.0\",\"id\":7," + FORM.substring(1);

    private final List<Map<String, InputRequest>> asked = new CopyOnWriteArrayList<>();

    private Map<String, InputResponse> accept(Map<String, InputRequest> questions) {
        asked.add(questions);
        Map<String, InputResponse> answers = new HashMap<>();
        questions.forEach(
                (key, question) -> answers.put(key, ElicitResult.accept(JsonObject.EMPTY)));
        return answers;
    }

    private static McpClient client(ScriptedServer server) {
        return McpClient.builder(InMemoryTransport.to(server))
                .onElicit(form -> ElicitResult.decline())
                .connect();
    }

    private static String action(ScriptedServer server) {
        await().until(() -> server.answers().size() == 1);
        return server.answers().getFirst().requireObject("result").requireString("action");
    }

    @Test
    void aLiveQuestionGoesToTheOnlyCallThatHasAHandler() throws InterruptedException {
        ScriptedServer server =
                ScriptedServer.legacy()
                        .silent("prompts/get")
                        .on(
                                "tools/call",
                                (r, it) -> {
                                    it.on("", (answer, same) -> same.reply(r, "{\"content\":[]}"));
                                    it.send(LIVE);
                                });
        try (McpClient client = client(server)) {
            Thread other = Thread.startVirtualThread(() -> untilItIsCancelled(client));
            await().until(() -> server.heard("prompts/get").size() == 1);

            client.call("ask", JsonObject.EMPTY, CallOptions.NONE.withQuestions(this::accept));

            assertThat(action(server)).isEqualTo("accept");
            assertThat(asked.getFirst().values())
                    .first()
                    .isInstanceOfSatisfying(
                            ElicitForm.class, form -> assertThat(form.message()).isEqualTo("who?"));
            other.interrupt();
            other.join();
        }
    }

    private static void untilItIsCancelled(McpClient client) {
        assertThatThrownBy(() -> client.getPrompt("p", Map.of())).hasMessageContaining("cancelled");
    }

    @Test
    @Requirement("security.client")
    void withTwoSuchCallsNeitherIsAskedForItCouldBeTheOthers() {
        ScriptedServer server = ScriptedServer.legacy().silent("tools/call");
        try (McpClient client = client(server)) {
            CallOptions options = CallOptions.NONE.withQuestions(this::accept);
            Call<?> first = client.start("a", JsonObject.EMPTY, options);
            Call<?> second = client.start("b", JsonObject.EMPTY, options);
            await().until(() -> server.heard("tools/call").size() == 2);

            server.send(LIVE);

            assertThat(action(server)).isEqualTo("decline");
            assertThat(asked).isEmpty();
            first.cancel();
            second.cancel();
        }
    }

    @Test
    void questionsOfAModernServerComeTogetherWithTheirKeys() {
        ScriptedServer server = modern();
        try (McpClient client = client(server)) {
            client.call("ask", JsonObject.EMPTY, CallOptions.NONE.withQuestions(this::accept));
        }
        assertThat(asked).hasSize(1);
        assertThat(asked.getFirst().keySet()).isEqualTo(Set.of("who", "where"));
    }

    private static ScriptedServer modern() {
        return ScriptedServer.modern()
                .on(
                        "tools/call",
                        (request, it) ->
                                it.reply(
                                        request,
                                        request.requireObject("params").has("inputResponses")
                                                ? "{\"content\":[]}"
                                                : "{\"resultType\":\"input_required\","
                                                        + "\"inputRequests\":{\"who\":"
                                                        + FORM
                                                        + ",\"where\":"
                                                        + FORM
                                                        + "}}"));
    }

    @Test
    void aHandlerThatLeavesAQuestionOutOrFailsRefusesTheCall() {
        try (McpClient client = client(modern())) {
            CallOptions silent = CallOptions.NONE.withQuestions(questions -> Map.of());
            assertThatThrownBy(() -> client.call("ask", JsonObject.EMPTY, silent))
                    .isInstanceOf(McpException.class)
                    .hasMessageContaining("no answer to");
            CallOptions broken =
                    CallOptions.NONE.withQuestions(
                            questions -> {
                                throw new IllegalStateException("secret");
                            });
            assertThatThrownBy(() -> client.call("ask", JsonObject.EMPTY, broken))
                    .hasMessage("the client could not answer");
        }
    }
}
