package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.feature.ResourceFilter;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransportEvent;
import io.erlmcp.transport.InMemoryTransport;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who subscribed reads again after a time in which changes may have gone unheard. */
@Requirement({"proto.resources", "transport.reconnect"})
class MissedChangesTest {
    private static final ListenFilter WANTED =
            new ListenFilter(true, false, false, Set.of("test://a"));
    private static final List<ServerNotification> ALL_WANTED =
            List.of(
                    new ServerNotification.ToolListChanged(),
                    new ServerNotification.ResourceUpdated("test://a"));

    @RegisterExtension final SideThreads threads = new SideThreads();

    private final List<ServerNotification> heard = new CopyOnWriteArrayList<>();
    private final List<ListKind> lists = new CopyOnWriteArrayList<>();
    private final List<String> updates = new CopyOnWriteArrayList<>();
    private final Queue<JsonObject> held = new ConcurrentLinkedQueue<>();

    private static ScriptedServer legacy() {
        return ScriptedServer.legacy()
                .answer("resources/subscribe", "{}")
                .answer("resources/unsubscribe", "{}");
    }

    private ClientBuilder listening(ClientBuilder client) {
        return client.onListChange(lists::add).onResourceUpdated(updates::add);
    }

    private McpClient client(ScriptedServer server, EraChoice era) {
        return listening(McpClient.builder(InMemoryTransport.to(server))).era(era).connect();
    }

    private void lose(ScriptedServer server, McpClient client) {
        server.connections.getLast().close("lost");
        await().until(() -> client.phase() != Phase.INITIALIZED || server.connections.size() > 1);
    }

    @Test
    void afterALostSessionAllThatIsWantedCountsAsChanged() {
        ScriptedServer server = legacy();
        try (McpClient client = client(server, EraChoice.LEGACY)) {
            client.subscribe(WANTED, heard::add);
            client.subscribe("test://b");
            client.ping();
            assertThat(heard).isEmpty();
            lose(server, client);
            client.ping();
            await().untilAsserted(() -> assertThat(heard).isEqualTo(ALL_WANTED));
            await().untilAsserted(
                            () ->
                                    assertThat(updates)
                                            .containsExactlyInAnyOrder("test://a", "test://b"));
            assertThat(lists).containsExactlyInAnyOrder(ListKind.values());
        }
    }

    @Test
    void aResourceIsToldOfOnceItIsSubscribedAgain() throws Exception {
        ScriptedServer server = legacy();
        try (McpClient client = client(server, EraChoice.LEGACY)) {
            client.subscribe(WANTED, heard::add);
            server.on("resources/subscribe", (request, it) -> held.add(request));
            lose(server, client);
            threads.run("reconnects", client::ping);
            await().until(() -> held.size() == 1);
            await().until(() -> lists.size() == ListKind.values().length);
            assertThat(heard).doesNotContain(ALL_WANTED.getLast());
            server.reply(held.remove(), "{}");
            threads.join();
            await().untilAsserted(() -> assertThat(heard).isEqualTo(ALL_WANTED));
        }
    }

    @Test
    void soItDoesWhereThePathTellsThatItMissedSome() {
        AtomicReference<@Nullable ClientReceiver> receiver = new AtomicReference<>();
        ScriptedServer server = legacy();
        Passing transport =
                new Passing(InMemoryTransport.to(server)) {
                    @Override
                    public void open(ClientReceiver upper) {
                        receiver.set(upper);
                        super.open(upper);
                    }
                };
        try (McpClient client =
                listening(McpClient.builder(transport)).era(EraChoice.LEGACY).connect()) {
            client.subscribe(WANTED, heard::add);
            Objects.requireNonNull(receiver.get())
                    .observed(new ClientTransportEvent.EventsMissed("http", "history is gone"));
            await().untilAsserted(() -> assertThat(heard).isEqualTo(ALL_WANTED));
            await().untilAsserted(() -> assertThat(updates).containsExactly("test://a"));
            await().untilAsserted(
                            () -> assertThat(lists).containsExactlyInAnyOrder(ListKind.values()));
        }
    }

    @Test
    void soItDoesWhereAListenStreamBroke() {
        ScriptedServer server =
                ScriptedServer.modern().on("subscriptions/listen", MissedChangesTest::grant);
        try (McpClient client = client(server, EraChoice.MODERN);
                Subscription wish = client.subscribe(WANTED, heard::add)) {
            assertThat(heard).isEmpty();
            JsonObject first = server.heard("subscriptions/listen").getFirst();
            server.reply(first, "{\"resultType\":\"complete\"}");
            await().untilAsserted(() -> assertThat(heard).isEqualTo(ALL_WANTED));
            await().untilAsserted(() -> assertThat(updates).containsExactly("test://a"));
            assertThat(lists).containsExactly(ListKind.TOOLS);
            assertThat(wish.isOpen()).isTrue();
        }
    }

    private static void grant(JsonObject request, ScriptedServer server) {
        server.send(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/subscriptions/acknowledged\","
                        + "\"params\":{\"notifications\":{\"toolsListChanged\":true,"
                        + "\"resourceSubscriptions\":[\"test://a\"]},"
                        + "\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":"
                        + ScriptedServer.id(request)
                        + "}}}");
    }

    @Test
    void forWhatAPrefixCoversStandsTheList() {
        Wish wish = Wish.of(ResourceFilter.ofPrefix("test://logs/"));
        assertThat(wish.missed(true, wish.resources()))
                .containsExactly(new ServerNotification.ResourceListChanged());
        assertThat(wish.missed(true, List.of())).isEmpty();
    }
}
