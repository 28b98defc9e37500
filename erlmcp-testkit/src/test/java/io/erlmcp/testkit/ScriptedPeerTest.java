package io.erlmcp.testkit;

import static io.erlmcp.testkit.ClientAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.Revision;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.InMemoryTransport;
import io.erlmcp.transport.TransportException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScriptedPeerTest {
    private static final JsonObject HI =
            Json.parseObject("{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}");

    private static McpClient client(ScriptedServer server, EraChoice era) {
        return McpClient.builder(InMemoryTransport.to(server))
                .era(era)
                .onElicit(form -> ElicitResult.accept(JsonObject.of("name", "Ada")))
                .connect();
    }

    @Test
    void aServerSaysWhatTheScriptSays() {
        try (ScriptedServer server =
                        new ScriptedServer()
                                .handshake(Revision.R2025_11_25)
                                .expect("tools/call")
                                .reply(HI)
                                .expect("prompts/get")
                                .refuse(-32602, "no prompts here");
                McpClient client = client(server, EraChoice.LEGACY)) {
            assertThat(client).whenCalling("hello").succeeds().hasText("hi");
            assertThat(client)
                    .whenGettingPrompt("x", Map.of())
                    .failsWith(-32602)
                    .withMessage("no prompts here");
            assertThat(server.seen()).hasSize(4);
        }
    }

    @Test
    void aServerMayAskBeforeItAnswers() {
        JsonObject question =
                Json.parseObject(
                        "{\"jsonrpc\":\"2.0\",\"id\":\"q\",\"method\":\"elicitation/create\",\"params\":"
                            + "{\"message\":\"who?\",\"requestedSchema\":{\"type\":\"object\",\"properties\":"
                            + "{\"name\":{\"type\":\"string\"}}}}}");
        try (ScriptedServer server =
                        new ScriptedServer()
                                .handshake(Revision.R2025_11_25)
                                .expect("tools/call")
                                .say(question)
                                .expectAnswer()
                                .say(JsonObject.of("jsonrpc", "2.0", "id", 2, "result", HI));
                McpClient client = client(server, EraChoice.LEGACY)) {
            assertThat(client).whenCalling("hello").hasText("hi");
            assertThat(server.seen().getLast().toJson()).contains("accept", "Ada");
        }
    }

    @Test
    void anUnexpectedMessageFailsWithWhatWasSeen() {
        ScriptedServer server = new ScriptedServer().discovery().expect("tools/list");
        try (McpClient client = client(server, EraChoice.MODERN)) {
            assertThat(client)
                    .whenCalling("hello")
                    .failsWith(ErrorCode.INVALID_REQUEST)
                    .withMessage("tools/call came, expected tools/list");
        }
        assertThatThrownBy(server::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("tools/call came, expected tools/list")
                .hasMessageContaining("\"method\":\"server/discover\"");
    }

    @Test
    void aMessageThatDidNotComeFailsTheScript() {
        ScriptedServer server = new ScriptedServer().discovery().expect("tools/list");
        client(server, EraChoice.MODERN).close();
        assertThatThrownBy(server::verify).hasMessageContaining("still expected: [tools/list]");
    }

    @Test
    void aServerMayHangUp() {
        try (ScriptedServer server =
                        new ScriptedServer()
                                .handshake(Revision.R2025_11_25)
                                .expect("tools/call")
                                .hangUp();
                McpClient client = client(server, EraChoice.LEGACY)) {
            assertThatThrownBy(() -> client.call("hello", JsonObject.EMPTY))
                    .isInstanceOf(TransportException.class);
        }
    }

    @Test
    void sayingSomethingToNobodyIsRefused() {
        assertThatThrownBy(() -> new ScriptedServer().reply(HI))
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = Revision.class,
            names = {"R2024_11_05", "R2025_03_26", "R2025_06_18", "R2025_11_25"})
    @Requirement("proto.spec")
    void aClientAgreesOnTheRevisionItSays(Revision revision) {
        try (McpServer server = Greeter.server();
                ScriptedClient client =
                        ScriptedClient.over(InMemoryTransport.to(server.endpoint()))) {
            JsonObject result = client.handshake(revision, JsonObject.EMPTY);
            assertThat(result.requireString("protocolVersion")).isEqualTo(revision.text());
            client.request("ping", JsonObject.EMPTY);
            assertThat(client.expectResult().isEmpty()).isTrue();
        }
    }

    @Test
    void aClientTakesMessagesInOrderAndAnswers() {
        try (McpServer server = Greeter.server();
                ScriptedClient client =
                        ScriptedClient.over(InMemoryTransport.to(server.endpoint()))) {
            client.handshake(Revision.R2025_11_25, JsonObject.of("elicitation", JsonObject.EMPTY));
            client.request("tools/call", JsonObject.of("name", "introduce", "arguments", Map.of()));
            JsonObject question = client.expect("elicitation/create");
            client.reply(question, Map.of("action", "accept", "content", Map.of("name", "Ada")));
            assertThat(client.expectResult().toJson()).contains("Hello, Ada!");
            client.request("tools/call", JsonObject.of("name", "missing"));
            assertThat(client.expectError(-32602).requireString("message")).contains("missing");
        }
    }

    @Test
    void aMessageThatAClientDoesNotExpectFailsWithWhatWasSeen() {
        try (McpServer server = Greeter.server();
                ScriptedClient client =
                        ScriptedClient.over(
                                InMemoryTransport.to(server.endpoint()), Duration.ofSeconds(5))) {
            client.handshake(Revision.R2025_11_25, JsonObject.EMPTY);
            client.request("ping", JsonObject.EMPTY);
            assertThatThrownBy(() -> client.expect("roots/list"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("expected roots/list")
                    .hasMessageContaining("\"result\":{}");
            assertThatThrownBy(client::expectResult).hasMessageContaining("within 5000 ms");
            client.request("no/such/method", JsonObject.EMPTY);
            assertThatThrownBy(() -> client.expectError(-1)).hasMessageContaining("-32601");
            assertThat(client.seen()).hasSize(3).allMatch(line -> line.contains("jsonrpc"));
            assertThat(List.of(client.seen().getLast())).first().asString().contains("-32601");
        }
    }
}
