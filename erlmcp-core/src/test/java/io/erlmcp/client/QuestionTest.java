package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.protocol.CreateMessageResult;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Root;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.InMemoryTransport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Questions of servers, live (legacy) and in rounds (modern). */
class QuestionTest {
    private static final String FORM =
            "{\"message\":\"who?\",\"requestedSchema\":{\"type\":\"object\",\"properties\":{"
                + "\"name\":{\"type\":\"string\",\"default\":\"Ada\"},\"age\":{\"type\":\"integer\",\"default\":36},"
                + "\"mail\":{\"type\":\"string\"}}}}";

    private static final String ELICIT =
            "{\"method\":\"elicitation/create\",\"params\":" + FORM + "}";
    private static final String FORM_ASKED = ",\"inputRequests\":{\"w\":" + ELICIT + "}";
    private static final String BOTH_ASKED =
            ",\"inputRequests\":{\"who\":" + ELICIT + ",\"where\":{\"method\":\"roots/list\"}}";

    private static String question(int id) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + "," + ELICIT.substring(1);
    }

    private static ClientBuilder client(ScriptedServer server) {
        return McpClient.builder(InMemoryTransport.to(server));
    }

    private static JsonObject askAndWait(ScriptedServer server, String method, String params) {
        server.send(
                "{\"jsonrpc\":\"2.0\",\"id\":\"q1\",\"method\":\""
                        + method
                        + "\",\"params\":"
                        + params
                        + "}");
        await().until(() -> server.answers().size() == 1);
        JsonObject answer = server.answers().getFirst();
        assertThat(answer.get("id")).isEqualTo(new JsonString("q1"));
        return answer;
    }

    @Test
    @Requirement("proto.elicitation")
    void aLiveFormIsAnsweredWithDefaultsForWhatWasLeftOut() {
        ScriptedServer server = ScriptedServer.legacy();
        try (McpClient client =
                client(server)
                        .onElicit(form -> ElicitResult.accept(JsonObject.of("age", 37)))
                        .connect()) {
            JsonObject result =
                    askAndWait(server, "elicitation/create", FORM).requireObject("result");
            assertThat(result.requireString("action")).isEqualTo("accept");
            assertThat(result.requireObject("content"))
                    .isEqualTo(JsonObject.of("age", 37, "name", "Ada"));
        }
    }

    @Test
    void whatIsNotDeclaredIsRefusedAsUnknown() {
        ScriptedServer server = ScriptedServer.legacy();
        try (McpClient client = client(server).connect()) {
            JsonObject error =
                    askAndWait(server, "elicitation/create", FORM).requireObject("error");
            assertThat(error.requireInteger("code")).isEqualTo(-32601);
            assertThat(client.phase()).isEqualTo(Phase.INITIALIZED);
        }
        JsonObject offered =
                server.heard("initialize")
                        .getFirst()
                        .requireObject("params")
                        .requireObject("capabilities");
        assertThat(offered).isEqualTo(JsonObject.EMPTY);
    }

    @Test
    @Requirement("proto.sampling")
    void samplingIsAnsweredByTheModelAndRejectionHasItsCode() {
        AtomicInteger asked = new AtomicInteger();
        ScriptedServer server = ScriptedServer.legacy();
        String params =
                "{\"messages\":[{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":\"?\"}}],"
                    + "\"maxTokens\":10}";
        try (McpClient client =
                client(server)
                        .onSample(
                                message ->
                                        asked.incrementAndGet() == 1
                                                ? Optional.of(
                                                        CreateMessageResult.text("42", "deep"))
                                                : Optional.empty())
                        .connect()) {
            assertThat(
                            askAndWait(server, "sampling/createMessage", params)
                                    .requireObject("result")
                                    .requireString("model"))
                    .isEqualTo("deep");
            server.send(
                    "{\"jsonrpc\":\"2.0\",\"id\":\"q2\",\"method\":\"sampling/createMessage\",\"params\":"
                            + params
                            + "}");
            await().until(() -> server.answers().size() == 2);
            assertThat(server.answers().getLast().requireObject("error").requireInteger("code"))
                    .isEqualTo(-1);
            assertThat(client.phase()).isEqualTo(Phase.INITIALIZED);
        }
    }

    @Test
    void rootsAndPingAreAnswered() {
        ScriptedServer server = ScriptedServer.legacy();
        try (McpClient client =
                client(server).roots(List.of(new Root("file:///a", "a"))).connect()) {
            assertThat(
                            askAndWait(server, "roots/list", "{}")
                                    .requireObject("result")
                                    .requireArray("roots")
                                    .size())
                    .isEqualTo(1);
            server.send("{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"ping\"}");
            await().until(() -> server.answers().size() == 2);
            assertThat(server.answers().getLast().requireObject("result"))
                    .isEqualTo(JsonObject.EMPTY);
            client.rootsChanged();
            await().until(() -> server.heard("notifications/roots/list_changed").size() == 1);
        }
    }

    @Test
    @Requirement("proto.timeouts")
    void theTimeOfACallStandsStillWhileTheUserAnswers() {
        CountDownLatch typed = new CountDownLatch(1);
        ScriptedServer server =
                ScriptedServer.legacy()
                        .on(
                                "tools/call",
                                (request, it) -> {
                                    it.on(
                                            "",
                                            (answer, same) ->
                                                    same.reply(request, "{\"content\":[]}"));
                                    it.send(question(1));
                                });
        try (McpClient client =
                client(server)
                        .timeout(Duration.ofSeconds(2))
                        .onElicit(
                                form -> {
                                    typed.await(3, TimeUnit.SECONDS);
                                    return ElicitResult.decline();
                                })
                        .connect()) {
            assertThat(client.call("ask", JsonObject.EMPTY).content()).isEmpty();
        }
    }

    @Test
    void aQuestionThatTheUserDoesNotAnswerIsCancelled() {
        ScriptedServer server = ScriptedServer.legacy();
        try (McpClient client =
                client(server)
                        .limits(ClientLimits.DEFAULTS.withQuestionTimeout(Duration.ofMillis(50)))
                        .onElicit(
                                form -> {
                                    new CountDownLatch(1).await();
                                    return ElicitResult.decline();
                                })
                        .connect()) {
            assertThat(
                            askAndWait(server, "elicitation/create", FORM)
                                    .requireObject("result")
                                    .requireString("action"))
                    .isEqualTo("cancel");
            assertThat(client.phase()).isEqualTo(Phase.INITIALIZED);
        }
    }

    @Test
    void questionsBeyondTheLimitAreRefused() {
        CountDownLatch typed = new CountDownLatch(1);
        ScriptedServer server = ScriptedServer.legacy();
        try (McpClient client =
                client(server)
                        .limits(ClientLimits.DEFAULTS.withQuestions(10, 1))
                        .onElicit(
                                form -> {
                                    typed.await();
                                    return ElicitResult.decline();
                                })
                        .connect()) {
            server.send(question(1));
            server.send(question(2));
            await().until(() -> server.answers().size() == 1);
            assertThat(server.answers().getFirst().requireInteger("id")).isEqualTo(2);
            assertThat(server.answers().getFirst().requireObject("error").requireInteger("code"))
                    .isEqualTo(-31001);
            typed.countDown();
            await().until(() -> server.answers().size() == 2);
            assertThat(client.phase()).isEqualTo(Phase.INITIALIZED);
        }
    }

    private static String ask(String questions, String state) {
        return "{\"resultType\":\"input_required\"" + questions + state + "}";
    }

    @Test
    void modernQuestionsAreAnsweredTogetherAndTheStateComesBackExactly() {
        String state = "opaque \\u00e9 \\\" =?base64?";
        ScriptedServer server =
                ScriptedServer.modern()
                        .on(
                                "tools/call",
                                (request, it) -> {
                                    if (request.requireObject("params").has("inputResponses")) {
                                        it.reply(
                                                request,
                                                "{\"resultType\":\"complete\",\"content\":[]}");
                                    } else {
                                        it.reply(
                                                request,
                                                ask(
                                                        BOTH_ASKED,
                                                        ",\"requestState\":\"" + state + "\""));
                                    }
                                });
        CountDownLatch both = new CountDownLatch(2);
        try (McpClient client =
                client(server)
                        .onElicit(
                                form -> {
                                    both.countDown();
                                    both.await();
                                    return ElicitResult.accept(JsonObject.EMPTY);
                                })
                        .roots(
                                () -> {
                                    both.countDown();
                                    return List.of(new Root("file:///a", null));
                                })
                        .connect()) {
            client.call("ask", JsonObject.of("x", 1));
        }
        List<JsonObject> calls = server.heard("tools/call");
        assertThat(calls).hasSize(2);
        assertThat(calls.get(0).get("id")).isNotEqualTo(calls.get(1).get("id"));
        JsonObject retry = calls.get(1).requireObject("params");
        assertThat(retry.requireString("requestState")).isEqualTo("opaque \u00e9 \" =?base64?");
        assertThat(retry.requireObject("arguments")).isEqualTo(JsonObject.of("x", 1));
        JsonObject responses = retry.requireObject("inputResponses");
        assertThat(responses.keys()).containsExactlyInAnyOrder("who", "where");
        assertThat(responses.requireObject("who").requireObject("content").requireString("name"))
                .isEqualTo("Ada");
    }

    @Test
    void aStateWithoutQuestionsIsSentBackAfterAWhileAndNoStateIsInvented() {
        AtomicInteger round = new AtomicInteger();
        ScriptedServer server =
                ScriptedServer.modern()
                        .on(
                                "tools/call",
                                (request, it) -> {
                                    switch (round.incrementAndGet()) {
                                        case 1 ->
                                                it.reply(
                                                        request,
                                                        ask("", ",\"requestState\":\"s\""));
                                        case 2 -> it.reply(request, ask(FORM_ASKED, ""));
                                        default ->
                                                it.reply(
                                                        request,
                                                        "{\"resultType\":\"complete\",\"content\":[]}");
                                    }
                                });
        try (McpClient client = client(server).onElicit(form -> ElicitResult.decline()).connect()) {
            client.call("ask", JsonObject.EMPTY);
        }
        List<JsonObject> calls = server.heard("tools/call");
        assertThat(calls.get(1).requireObject("params").requireString("requestState"))
                .isEqualTo("s");
        assertThat(calls.get(2).requireObject("params").has("requestState")).isFalse();
    }

    @Test
    void aServerThatAsksForEverIsCutAfterTheLimit() {
        ScriptedServer server = ScriptedServer.modern().answer("tools/call", ask(FORM_ASKED, ""));
        try (McpClient client =
                client(server)
                        .limits(ClientLimits.DEFAULTS.withQuestions(2, 8))
                        .onElicit(form -> ElicitResult.decline())
                        .connect()) {
            assertThatThrownBy(() -> client.call("ask", JsonObject.EMPTY))
                    .isInstanceOf(McpException.class)
                    .hasMessageContaining("more than 2 times");
        }
        assertThat(server.heard("tools/call")).hasSize(3);
    }

    @Test
    void aKindThatWasNotDeclaredEndsTheCall() {
        ScriptedServer server =
                ScriptedServer.modern()
                        .answer(
                                "tools/call",
                                ask(",\"inputRequests\":{\"w\":{\"method\":\"roots/list\"}}", ""));
        try (McpClient client = client(server).connect()) {
            assertThatThrownBy(() -> client.call("ask", JsonObject.EMPTY))
                    .isInstanceOf(McpException.class)
                    .hasMessageContaining("roots");
        }
        assertThat(server.heard("tools/call")).hasSize(1);
    }

    @Test
    void aModernServerMayNotSendRequests() {
        ScriptedServer server = ScriptedServer.modern();
        try (McpClient client = client(server).onElicit(form -> ElicitResult.decline()).connect()) {
            assertThat(askAndWait(server, "elicitation/create", FORM).has("error")).isTrue();
            assertThat(client.phase()).isEqualTo(Phase.INITIALIZED);
        }
    }
}
