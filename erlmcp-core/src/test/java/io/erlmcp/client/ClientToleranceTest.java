package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Prompt;
import io.erlmcp.protocol.Tool;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.InMemoryTransport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client makes of answers that are not as they should be, or too many. */
@Requirement("security.client")
class ClientToleranceTest {
    private static final String GOOD = "{\"name\":\"good\",\"inputSchema\":{\"type\":\"object\"}}";
    private static final String TYPED =
            "{\"name\":\"sum\",\"inputSchema\":{\"type\":\"object\"},\"outputSchema\":%s}";
    private static final String TOTAL =
            "{\"type\":\"object\",\"properties\":{\"total\":{\"type\":\"integer\"}},"
                    + "\"required\":[\"total\"]}";

    private static ClientBuilder client(ScriptedServer server) {
        return McpClient.builder(InMemoryTransport.to(server)).era(EraChoice.LEGACY);
    }

    private static String tools(String... entries) {
        return "{\"tools\":[" + String.join(",", entries) + "]}";
    }

    @Test
    @Requirement("security.client")
    void oneBadEntryDoesNotHideTheOthersOfItsPage() {
        ScriptedServer server =
                ScriptedServer.legacy()
                        .answer("tools/list", tools("{\"name\":\"bad\"}", GOOD, "7"))
                        .answer("prompts/list", "{\"prompts\":[{},{\"name\":\"p\"}]}")
                        .answer("resources/list", "{\"resources\":[{\"name\":\"r\"}]}");
        List<Object> events = new CopyOnWriteArrayList<>();
        try (McpClient client = client(server).observer(events::add).connect()) {
            assertThat(client.tools()).extracting(Tool::name).containsExactly("good");
            assertThat(client.prompts()).extracting(Prompt::name).containsExactly("p");
            assertThat(client.resources()).isEmpty();
        }
        assertThat(events)
                .filteredOn(ClientEvent.EntryIgnored.class::isInstance)
                .extracting(event -> ((ClientEvent.EntryIgnored) event).entry())
                .containsExactly("bad", "an entry without a name", "an entry without a name", "r");
        assertThat(events.toString()).contains("inputSchema");
    }

    @Test
    void badEntriesAreToldOneByOneUpToALimit() {
        int bad = ListPages.MAX_TOLD + 2;
        String entries =
                IntStream.range(0, bad)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(","));
        ScriptedServer server = ScriptedServer.legacy().answer("tools/list", tools(entries));
        List<Object> events = new CopyOnWriteArrayList<>();
        try (McpClient client = client(server).observer(events::add).connect()) {
            assertThat(client.tools()).isEmpty();
        }
        assertThat(events)
                .filteredOn(ClientEvent.EntryIgnored.class::isInstance)
                .hasSize(ListPages.MAX_TOLD + 1)
                .last()
                .asString()
                .contains("2 more");
    }

    @Test
    void aPageThatIsNoneIsStillRefused() {
        ScriptedServer server = ScriptedServer.legacy().answer("tools/list", "{\"tools\":{}}");
        try (McpClient client = client(server).connect()) {
            assertThatThrownBy(client::tools).isInstanceOf(McpException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void aListHasAsManyEntriesAsTheLimitAndNoMore(int entries) {
        String[] all = IntStream.range(0, entries).mapToObj(i -> GOOD).toArray(String[]::new);
        ScriptedServer server = ScriptedServer.legacy().answer("tools/list", tools(all));
        ClientLimits limits = ClientLimits.DEFAULTS.withLists(10, 2, Duration.ZERO);
        try (McpClient client = client(server).limits(limits).connect()) {
            if (entries == 2) {
                assertThat(client.tools()).hasSize(2);
            } else {
                assertThatThrownBy(client::tools).hasMessageContaining("2");
            }
        }
    }

    @Test
    void theEntriesOfAllPagesTogetherAreLimited() {
        ScriptedServer server =
                ScriptedServer.legacy()
                        .on(
                                "tools/list",
                                (request, it) -> {
                                    boolean first = !request.toJson().contains("\"cursor\"");
                                    String next = first ? ",\"nextCursor\":\"2\"}" : "}";
                                    it.reply(
                                            request,
                                            "{\"tools\":[" + GOOD + "," + GOOD + "]" + next);
                                });
        ClientLimits at = ClientLimits.DEFAULTS.withLists(10, 4, Duration.ZERO);
        try (McpClient client = client(server).limits(at).connect()) {
            assertThat(client.tools()).hasSize(4);
        }
        ClientLimits past = ClientLimits.DEFAULTS.withLists(10, 3, Duration.ZERO);
        try (McpClient client = client(server).limits(past).connect()) {
            assertThatThrownBy(client::tools).hasMessageContaining("3 entries");
        }
    }

    private static String structured(String content) {
        return "{\"content\":[],\"structuredContent\":" + content + "}";
    }

    private static ScriptedServer summing(String schema, String result) {
        return ScriptedServer.legacy()
                .answer("tools/list", tools(TYPED.formatted(schema)))
                .answer("tools/call", result);
    }

    @Test
    void structuredContentThatBreaksTheOutputSchemaIsRefusedOnceTheToolIsKnown() {
        ScriptedServer server = summing(TOTAL, structured("{\"total\":\"many\"}"));
        try (McpClient client = client(server).connect()) {
            assertThat(client.call("sum", JsonObject.EMPTY).structuredContent()).isNotNull();
            client.tools();
            assertThatThrownBy(() -> client.call("sum", JsonObject.EMPTY))
                    .isInstanceOf(InvalidResultException.class)
                    .hasMessageContaining("tool sum")
                    .hasMessageContaining("/total");
        }
        try (McpClient client = client(server).checkResults(false).connect()) {
            client.tools();
            assertThat(client.call("sum", JsonObject.EMPTY).structuredContent()).isNotNull();
        }
    }

    @Test
    void structuredContentThatIsMissingIsRefusedButAFailureNeedsNone() {
        ScriptedServer server = summing(TOTAL, "{\"content\":[]}");
        try (McpClient client = client(server).connect()) {
            client.tools();
            assertThatThrownBy(() -> client.call("sum", JsonObject.EMPTY))
                    .isInstanceOf(InvalidResultException.class)
                    .hasMessageContaining("missing");
            server.answer("tools/call", "{\"content\":[],\"isError\":true}");
            assertThat(client.call("sum", JsonObject.EMPTY).isError()).isTrue();
            server.answer("tools/call", structured("{\"total\":3}"));
            assertThat(client.call("sum", JsonObject.EMPTY).isError()).isFalse();
        }
    }

    @Test
    void anOutputSchemaThatCannotBeUsedIsToldAndNotChecked() {
        ScriptedServer server =
                summing("{\"$ref\":\"http://127.0.0.1:9/other.json\"}", structured("{\"a\":1}"));
        List<Object> events = new CopyOnWriteArrayList<>();
        try (McpClient client = client(server).observer(events::add).connect()) {
            assertThat(client.tools()).hasSize(1);
            assertThat(client.call("sum", JsonObject.EMPTY).isError()).isFalse();
        }
        assertThat(events).hasAtLeastOneElementOfType(ClientEvent.SchemaIgnored.class);
    }

    @Test
    void whatASlowListenerCannotTakeIsDroppedAndTold() throws InterruptedException {
        ScriptedServer server = ScriptedServer.legacy();
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        List<ListKind> heard = new CopyOnWriteArrayList<>();
        List<Object> events = new CopyOnWriteArrayList<>();
        try (McpClient client =
                client(server)
                        .limits(ClientLimits.DEFAULTS.withQueue(2))
                        .observer(events::add)
                        .onListChange(
                                kind -> {
                                    entered.countDown();
                                    await().until(() -> release.getCount() == 0);
                                    heard.add(kind);
                                })
                        .connect()) {
            changed(server);
            entered.await();
            changed(server);
            changed(server);
            client.ping();
            assertThat(events).doesNotHaveAnyElementsOfTypes(ClientEvent.NotificationDropped.class);
            changed(server);
            client.ping();
            assertThat(events)
                    .filteredOn(ClientEvent.NotificationDropped.class::isInstance)
                    .hasSize(1);
            release.countDown();
            await().until(() -> heard.size() == 3);
        }
    }

    private static void changed(ScriptedServer server) {
        server.send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
    }
}
