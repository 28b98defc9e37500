package io.erlmcp.conformance;

import static io.erlmcp.testkit.ClientAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.Call;
import io.erlmcp.client.CallOptions;
import io.erlmcp.client.EraChoice;
import io.erlmcp.client.ListKind;
import io.erlmcp.client.McpClient;
import io.erlmcp.client.Subscription;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.http.StreamableHttpClientTransport;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.CompletionRef;
import io.erlmcp.protocol.CreateMessageResult;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.Root;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testkit.Transcript;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.InMemoryTransport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A whole conversation in each revision, in memory and over HTTP: what went over the wire is
 * compared with a golden file, and every message is what the official schema of the revision
 * allows.
 */
@Requirement({"proto.spec", "proto.jsonrpc"})
class TranscriptTest {
    private final Showcase showcase = new Showcase();
    private final Transcript transcript = new Transcript();
    private final List<ServerNotification> heard = new CopyOnWriteArrayList<>();
    private final List<ListKind> changed = new CopyOnWriteArrayList<>();
    private final List<String> updated = new CopyOnWriteArrayList<>();
    private final List<LogLevel> logged = new CopyOnWriteArrayList<>();

    @ParameterizedTest
    @EnumSource(Revision.class)
    void inMemory(Revision revision) {
        try (McpServer server = showcase.start()) {
            converse(revision, server, InMemoryTransport.to(server.endpoint()));
        }
        check(revision, "memory");
    }

    @ParameterizedTest
    @EnumSource(Revision.class)
    @Requirement("transport.http")
    void overHttp(Revision revision) {
        try (McpServer server = showcase.start()) {
            HttpServer http =
                    HttpServer.start(
                            HttpServerConfig.defaults().withPort(0),
                            List.of(new HttpRoute("/mcp", server.endpoint()::handle)));
            try {
                String url = "http://127.0.0.1:" + http.port() + "/mcp";
                converse(revision, server, StreamableHttpClientTransport.to(url));
            } finally {
                http.close(Duration.ofSeconds(5));
            }
        }
        check(revision, "http");
    }

    private void check(Revision revision, String transport) {
        TranscriptCheck.everythingIsValid(transcript, revision);
        transcript.assertMatches(TranscriptCheck.golden(revision + "-" + transport));
    }

    private void converse(Revision revision, McpServer server, ClientTransport transport) {
        boolean modern = revision.era() == Era.MODERN;
        ClientTransport recorded = OfferingTransport.over(transcript.record(transport), revision);
        try (McpClient client =
                McpClient.builder(recorded)
                        .name("transcript", "1.0")
                        .era(modern ? EraChoice.MODERN : EraChoice.LEGACY)
                        .timeout(Duration.ofSeconds(30))
                        .onElicit(form -> ElicitResult.accept(JsonObject.of("name", "Ada")))
                        .onElicitUrl(page -> opened(page.url()))
                        .onSample(
                                request -> Optional.of(CreateMessageResult.text("wait", "parrot")))
                        .roots(List.of(new Root("file:///home/ada", "Ada")))
                        .onListChange(changed::add)
                        .onResourceUpdated(updated::add)
                        .onLog(log -> logged.add(log.level()))
                        .connect()) {
            assertThat(client).speaks(revision);
            lists(client);
            calls(client, modern);
            questions(client, revision);
            changes(client, server, transport.isDuplex());
            errors(client);
            cancellation(client);
        }
    }

    private static ElicitResult opened(String url) {
        assertThat(url).isEqualTo("https://example.com/sign");
        return ElicitResult.accept(JsonObject.EMPTY);
    }

    private static void lists(McpClient client) {
        client.ping();
        assertThat(client)
                .hasPrompts("travel")
                .hasResources("showcase://clock", "showcase://picture")
                .hasResourceTemplates("showcase://cities/{city}");
        assertThat(client.tools()).hasSize(11);
        assertThat(client).whenReading("showcase://clock").hasText("noon");
        assertThat(client).whenReading("showcase://picture").hasBytes(new byte[] {1, 2, 3});
        assertThat(client).whenReading("showcase://cities/Rome").hasText("Rome is a city");
        client.getPrompt("travel", Map.of("city", "Rome"));
        assertThat(client.complete(new CompletionRef.PromptRef("travel"), "city", "P").values())
                .containsExactly("Paris", "Prague");
    }

    private void calls(McpClient client, boolean modern) {
        JsonObject numbers = JsonObject.of("a", 2, "b", 3);
        assertThat(client).whenCalling("add", numbers).succeeds().hasText("{\"total\":5}");
        assertThat(client).whenCalling("fail").isToolError();
        assertThat(client).whenCalling("add", JsonObject.of("a", 2)).isToolError();
        assertThat(client).whenCalling("work").reportedProgress(1.0, 2.0, 3.0);
        client.setLogLevel(LogLevel.WARNING);
        CallOptions hearing =
                CallOptions.NONE.withLog(LogLevel.WARNING, log -> logged.add(log.level()));
        client.call("note", JsonObject.EMPTY, modern ? hearing : CallOptions.NONE);
        await().untilAsserted(() -> assertThat(logged).containsExactly(LogLevel.WARNING));
    }

    private static void questions(McpClient client, Revision revision) {
        if (revision.isAtLeast(Revision.R2025_06_18)) {
            assertThat(client).whenCalling("introduce").hasText("Hello, Ada!");
        } else {
            assertThat(client).whenCalling("introduce").failsWith(-32600);
        }
        if (revision.isAtLeast(Revision.R2025_11_25)) {
            assertThat(client).whenCalling("authorize").hasText("Signed in");
        } else {
            assertThat(client).whenCalling("authorize").failsWith(-32600);
        }
        assertThat(client).whenCalling("think").hasText("It said: wait");
        assertThat(client).whenCalling("folders").hasTextContaining("file:///home/ada");
    }

    /** Changes come from the server itself: streams have no order among each other. */
    private void changes(McpClient client, McpServer server, boolean isDuplex) {
        ListenFilter filter = new ListenFilter(true, false, false, Set.of("showcase://clock"));
        try (Subscription subscription = client.subscribe(filter, heard::add)) {
            assertThat(subscription.honoured()).isEqualTo(filter);
            server.resourceUpdated("showcase://clock");
            ServerNotification tick = new ServerNotification.ResourceUpdated("showcase://clock");
            await().until(() -> heard.contains(tick));
            server.tools().add(ToolSpec.of("extra", (a, call) -> CallToolResult.text("extra")));
            await().until(() -> heard.contains(new ServerNotification.ToolListChanged()));
        }
        if (client.revision().era() == Era.MODERN && isDuplex) {
            await().untilAsserted(
                            () ->
                                    assertThat(transcript.messages().getLast().method())
                                            .as(transcript::text)
                                            .isEqualTo("notifications/cancelled"));
        }
        assertThat(client).whenCalling("extra").hasText("extra");
    }

    private static void errors(McpClient client) {
        assertThat(client).whenCalling("nothing").failsWith(-32602);
        assertThat(client).whenGettingPrompt("nothing", Map.of()).failsWith(-32602);
        int notFound = client.revision().era() == Era.MODERN ? -32602 : -32002;
        assertThat(client).whenReading("showcase://nothing").failsWith(notFound);
    }

    private void cancellation(McpClient client) {
        Call<?> call = client.start("hang", JsonObject.EMPTY);
        await().until(() -> showcase.hanging.getCount() == 0);
        call.cancel();
        assertThatThrownBy(call::await).isInstanceOf(CancellationException.class);
        await().until(() -> showcase.interrupted.getCount() == 0);
    }
}
