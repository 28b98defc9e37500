package io.erlmcp.testkit;

import static io.erlmcp.testkit.ClientAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.client.CallOptions;
import io.erlmcp.client.McpClient;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.PromptMessage;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.server.McpServer;
import io.erlmcp.testkit.Greeter.Greeting;
import io.erlmcp.transport.InMemoryTransport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientAssertionsTest {
    private final McpServer server = Greeter.server();
    private final McpClient client =
            McpClient.builder(InMemoryTransport.to(server.endpoint())).connect();

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    @Test
    void listsAreComparedByNames() {
        assertThat(client)
                .speaks(Revision.R2026_07_28)
                .hasTools("greet", "add", "fail", "count", "hang", "introduce")
                .hasPrompts("letter")
                .hasResources("greeter://motto", "greeter://logo")
                .hasResourceTemplates("greeter://people/{name}");
        assertThatThrownBy(() -> assertThat(client).hasTools("greet"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("tools")
                .hasMessageContaining("introduce");
        assertThatThrownBy(() -> assertThat(client).hasPrompts()).hasMessageContaining("letter");
        assertThatThrownBy(() -> assertThat(client).hasResources("greeter://motto"))
                .hasMessageContaining("greeter://logo");
        assertThatThrownBy(() -> assertThat(client).hasResourceTemplates("x://{y}"))
                .hasMessageContaining("greeter://people/{name}");
        assertThatThrownBy(() -> assertThat(client).speaks(Revision.R2024_11_05))
                .hasMessageContaining("revision");
    }

    @Test
    void aCallThatSucceedsHasTextAndStructure() {
        CallAssert greeting =
                assertThat(client).whenCalling("greet", Map.of("name", "Ada")).succeeds();
        greeting.hasStructured(new Greeting("Hello, Ada!", 3)).hasTextContaining("Ada", "3");
        assertThat(greeting.structured(Greeting.class)).isEqualTo(new Greeting("Hello, Ada!", 3));
        assertThat(client)
                .whenCalling("count")
                .hasText("counted")
                .hasContent(new TextContent("counted"))
                .reportedProgress(1.0, 2.0, 3.0);
    }

    @Test
    void aWrongExpectationOfACallShowsTheAnswer() {
        CallAssert greeting = assertThat(client).whenCalling("greet", Map.of("name", "Ada"));
        assertThatThrownBy(() -> greeting.hasText("Hi"))
                .hasMessageContaining("tools/call greet")
                .hasMessageContaining("Hello, Ada!");
        assertThatThrownBy(() -> greeting.hasStructured(new Greeting("Hello, Eve!", 3)))
                .hasMessageContaining("Hello, Ada!");
        assertThatThrownBy(greeting::isToolError).hasMessageContaining("Hello, Ada!");
        assertThatThrownBy(() -> greeting.failsWith(ErrorCode.INVALID_PARAMS))
                .hasMessageContaining("should be refused with -32602, but answered");
        assertThatThrownBy(() -> greeting.reportedProgress(1.0)).hasMessageContaining("progress");
        assertThatThrownBy(greeting::timesOut).hasMessageContaining("should time out");
        CallAssert counted = assertThat(client).whenCalling("count");
        assertThatThrownBy(() -> counted.hasStructured(Map.of()))
                .hasMessageContaining("no structured content");
    }

    @Test
    void aFailureOfTheToolIsNoRefusal() {
        CallAssert failed = assertThat(client).whenCalling("fail");
        failed.isToolError().hasText("out of words");
        assertThatThrownBy(failed::succeeds).hasMessageContaining("out of words");
    }

    @Test
    void aRefusalHasCodeMessageAndData() {
        CallAssert refused = assertThat(client).whenCalling("no such tool");
        refused.failsWith(ErrorCode.INVALID_PARAMS).withMessageContaining("no such tool");
        assertThatThrownBy(() -> refused.failsWith(ErrorCode.INTERNAL_ERROR))
                .hasMessageContaining("-32602");
        assertThatThrownBy(refused::succeeds).hasMessageContaining("should succeed, but threw");
        RefusalAssert refusal = refused.failsWith(ErrorCode.INVALID_PARAMS);
        assertThatThrownBy(() -> refusal.withMessage("no")).hasMessageContaining("refusal of");
        assertThatThrownBy(() -> refusal.withData(JsonObject.of("a", 1)))
                .hasMessageContaining("data");
    }

    @Test
    void aCallThatHangsTimesOut() {
        CallOptions hasty =
                CallOptions.NONE
                        .withTimeout(Duration.ofMillis(50))
                        .withMaxTimeout(Duration.ofMillis(50));
        CallAssert hanging = assertThat(client).whenCalling("hang", Map.of(), hasty);
        hanging.timesOut();
        assertThatThrownBy(hanging::succeeds).hasMessageContaining("50 ms");
    }

    @Test
    void promptsAndResourcesAreReadAsTheyAre() {
        assertThat(client)
                .whenGettingPrompt("letter", Map.of("to", "Bob"))
                .hasMessages(PromptMessage.user("Write a letter to Bob"));
        assertThat(client).whenReading("greeter://motto").hasText("Be kind");
        assertThat(client).whenReading("greeter://people/Bob").hasText("Bob is nice");
        assertThat(client)
                .whenReading("greeter://logo")
                .hasBytes("not a picture".getBytes(StandardCharsets.UTF_8));
        assertThat(client)
                .whenReading("greeter://nothing")
                .failsWith(ErrorCode.INVALID_PARAMS)
                .withMessageContaining("greeter://nothing");
        assertThat(client).whenGettingPrompt("poem", Map.of()).failsWith(ErrorCode.INVALID_PARAMS);
        assertThatThrownBy(() -> assertThat(client).whenReading("greeter://motto").hasText("no"))
                .hasMessageContaining("Be kind");
    }
}
