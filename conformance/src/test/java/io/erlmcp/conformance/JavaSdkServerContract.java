package io.erlmcp.conformance;

import static io.erlmcp.testkit.ClientAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.Call;
import io.erlmcp.client.CallOptions;
import io.erlmcp.client.ListKind;
import io.erlmcp.client.McpClient;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CompletionRef;
import io.erlmcp.protocol.CreateMessageResult;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.PromptMessage;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.Root;
import io.erlmcp.protocol.Tool;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ClientTransport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** All that our client offers, against {@link JavaSdkShowcase}, over one transport. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Requirement("proto.spec")
abstract class JavaSdkServerContract {
    static final String TITLE = "Our client against a server made with Java SDK 2.1.0";

    private final List<String> logged = new CopyOnWriteArrayList<>();
    private final List<String> updated = new CopyOnWriteArrayList<>();
    private final List<ListKind> changed = new CopyOnWriteArrayList<>();
    private McpClient client;

    abstract ClientTransport transport();

    @BeforeAll
    void connect() {
        client =
                McpClient.builder(transport())
                        .timeout(Duration.ofSeconds(20))
                        .onElicit(form -> ElicitResult.accept(JsonObject.of("name", "Ada")))
                        .onSample(
                                request -> Optional.of(CreateMessageResult.text("wait", "parrot")))
                        .roots(List.of(new Root("file:///home/ada", "Ada")))
                        .onLog(log -> logged.add(log.level() + " " + log.data()))
                        .onResourceUpdated(updated::add)
                        .onListChange(changed::add)
                        .connect();
    }

    @AfterAll
    void close() {
        client.close();
    }

    @Test
    @DisplayName("initialize")
    void theProbeFallsBackToTheHandshake() {
        assertThat(client).speaks(Revision.R2025_11_25);
        assertThat(client.serverInfo().orElseThrow().name()).isEqualTo("sdk-showcase");
        assertThat(client.instructions()).contains("Try everything");
        client.ping();
    }

    @Test
    @DisplayName("list")
    void everythingIsListed() {
        assertThat(client).hasResources("sdk://clock").hasPrompts("travel");
        assertThat(client.tools()).extracting(Tool::name).contains("add", "introduce");
    }

    @Test
    @DisplayName("call")
    void aToolIsCalled() {
        assertThat(client)
                .whenCalling("add", Map.of("a", 2, "b", 3))
                .succeeds()
                .hasText("5")
                .hasStructured(Map.of("total", 5));
    }

    @Test
    @DisplayName("refusal")
    void anUnknownToolIsRefused() {
        assertThat(client).whenCalling("nothing").failsWith(-32602);
    }

    @Test
    @DisplayName("read")
    void aResourceIsRead() {
        assertThat(client).whenReading("sdk://clock").hasText("noon");
        assertThat(client).whenReading("sdk://nothing").failsWith(-32002);
    }

    @Test
    @DisplayName("get")
    void aPromptIsFilled() {
        assertThat(client)
                .whenGettingPrompt("travel", Map.of("city", "Rome"))
                .hasMessages(PromptMessage.user("Plan a journey to Rome"));
    }

    @Test
    @DisplayName("complete")
    void anArgumentIsCompleted() {
        assertThat(client.complete(new CompletionRef.PromptRef("travel"), "city", "P").values())
                .containsExactly("Paris", "Prague");
    }

    @Test
    @DisplayName("subscribe")
    void anUpdateOfASubscribedResourceArrives() {
        client.subscribe("sdk://clock");
        assertThat(client).whenCalling("tick").hasText("ticked");
        await().until(() -> updated.contains("sdk://clock"));
        client.unsubscribe("sdk://clock");
    }

    @Test
    @DisplayName("list changed")
    void aToolThatIsAddedIsHeardOf() {
        client.tools();
        assertThat(client).whenCalling("grow").hasText("grown");
        await().until(() -> changed.contains(ListKind.TOOLS));
        assertThat(client.tools()).extracting(Tool::name).contains("extra");
    }

    @Test
    @DisplayName("elicit")
    @Requirement("proto.elicitation")
    void theUserIsAsked() {
        assertThat(client).whenCalling("introduce").hasText("Hello, Ada!");
    }

    @Test
    @DisplayName("sample")
    @Requirement("proto.sampling")
    void theModelIsAsked() {
        assertThat(client).whenCalling("think").hasText("It said: wait");
    }

    @Test
    @DisplayName("roots")
    void theRootsAreAskedFor() {
        assertThat(client).whenCalling("folders").hasText("file:///home/ada");
    }

    @Test
    @DisplayName("progress")
    void progressArrivesBeforeTheAnswer() {
        assertThat(client).whenCalling("work").hasText("done").reportedProgress(1.0, 2.0, 3.0);
    }

    @Test
    @DisplayName("log")
    void messagesFromTheLevelOnArrive() {
        client.setLogLevel(LogLevel.WARNING);
        client.call("note", JsonObject.EMPTY, CallOptions.NONE);
        await().untilAsserted(
                        () -> assertThat(logged).containsExactly("WARNING \"something is odd\""));
    }

    @Test
    @DisplayName("cancel")
    void aCallIsGivenUpAndTheConversationGoesOn() throws InterruptedException {
        CountDownLatch isRunning = new CountDownLatch(1);
        CallOptions hearing = CallOptions.NONE.withProgress(it -> isRunning.countDown());
        Call<?> call = client.start("hang", JsonObject.EMPTY, hearing);
        assertThat(isRunning.await(20, TimeUnit.SECONDS)).isTrue();
        call.cancel();
        assertThatThrownBy(call::await).isInstanceOf(CancellationException.class);
        client.ping();
        assertThat(client).whenCalling("add", Map.of("a", 2, "b", 3)).hasText("5");
    }
}
