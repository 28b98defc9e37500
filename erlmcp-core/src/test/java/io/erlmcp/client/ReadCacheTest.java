package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.InMemoryTransport;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

@Requirement("proto.capability-cache")
class ReadCacheTest {
    private static ScriptedServer server(long ttlMillis) {
        return ScriptedServer.modern()
                .answer(
                        "resources/read",
                        "{\"resultType\":\"complete\",\"contents\":[{\"uri\":\"a:b\",\"text\":\"12345\"}],"
                            + "\"ttlMs\":"
                                + ttlMillis
                                + ",\"cacheScope\":\"public\"}");
    }

    private static ClientBuilder client(ScriptedServer server) {
        return McpClient.builder(InMemoryTransport.to(server));
    }

    private static int reads(ScriptedServer server) {
        return server.heard("resources/read").size();
    }

    @Test
    void contentsAreBelievedAsLongAsTheServerSaysAndByOneClientOnly() {
        ScriptedServer server = server(60_000);
        try (McpClient one = client(server).connect()) {
            assertThat(one.readResource("a:b")).isEqualTo(one.readResource("a:b"));
            assertThat(reads(server)).isEqualTo(1);
            one.readResource("a:c");
            assertThat(reads(server)).isEqualTo(2);
            one.forgetLists();
            one.readResource("a:b");
            assertThat(reads(server)).isEqualTo(3);
        }
        try (McpClient other = client(server).connect()) {
            other.readResource("a:b");
            assertThat(reads(server)).isEqualTo(4);
        }
    }

    @Test
    void contentsWithoutTimeAreReadEachTime() {
        ScriptedServer server = server(0);
        try (McpClient client = client(server).connect()) {
            client.readResource("a:b");
            client.readResource("a:b");
        }
        assertThat(reads(server)).isEqualTo(2);
    }

    @Test
    void anUpdateOfTheResourceOrOfAPartOfItEndsWhatIsKept() {
        ScriptedServer server =
                server(60_000)
                        .on(
                                "subscriptions/listen",
                                (request, it) -> {
                                    String id = ScriptedServer.id(request);
                                    note(
                                            it,
                                            id,
                                            "subscriptions/acknowledged",
                                            "\"notifications\":{\"resourceSubscriptions\":[\"a:b\"]}");
                                });
        List<Object> heard = new CopyOnWriteArrayList<>();
        try (McpClient client = client(server).connect()) {
            client.subscribe(new ListenFilter(false, false, false, Set.of("a:b")), heard::add);
            String id = ScriptedServer.id(server.heard("subscriptions/listen").getFirst());
            client.readResource("a:b");
            client.readResource("a:other");
            note(server, id, "resources/updated", "\"uri\":\"a:b/part\"");
            await().until(() -> heard.size() == 1);
            client.readResource("a:b");
            client.readResource("a:other");
        }
        assertThat(reads(server)).isEqualTo(3);
    }

    private static void note(ScriptedServer server, String id, String method, String params) {
        server.send(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/"
                        + method
                        + "\",\"params\":{"
                        + params
                        + ",\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":"
                        + id
                        + "}}}");
    }

    @Test
    void theLeastRecentlyReadMakesRoom() {
        ScriptedServer server = server(60_000);
        ClientLimits limits = ClientLimits.DEFAULTS.withCachedResources(2, 1_000);
        try (McpClient client = client(server).limits(limits).connect()) {
            client.readResource("a:1");
            client.readResource("a:2");
            client.readResource("a:1");
            assertThat(reads(server)).isEqualTo(2);
            client.readResource("a:3");
            client.readResource("a:1");
            assertThat(reads(server)).isEqualTo(3);
            client.readResource("a:2");
            assertThat(reads(server)).isEqualTo(4);
        }
    }

    @Test
    void whatIsLargerThanTheWholeCacheIsNotKept() {
        ScriptedServer server = server(60_000);
        ClientLimits limits = ClientLimits.DEFAULTS.withCachedResources(2, 6);
        try (McpClient client = client(server).limits(limits).connect()) {
            client.readResource("a:1");
            client.readResource("a:1");
        }
        assertThat(reads(server)).isEqualTo(2);
    }

    @Test
    void aChangeRightAfterTheAcknowledgementIsHeardEachTime() {
        ScriptedServer server =
                ScriptedServer.modern()
                        .on(
                                "subscriptions/listen",
                                (request, it) -> {
                                    String id = ScriptedServer.id(request);
                                    note(
                                            it,
                                            id,
                                            "subscriptions/acknowledged",
                                            "\"notifications\":{\"toolsListChanged\":true}");
                                    note(it, id, "tools/list_changed", "\"x\":1");
                                });
        try (McpClient client = client(server).connect()) {
            for (int i = 0; i < 500; i++) {
                List<Object> heard = new CopyOnWriteArrayList<>();
                Subscription subscription =
                        client.subscribe(
                                new ListenFilter(true, false, false, Set.of()), heard::add);
                await().pollDelay(java.time.Duration.ZERO)
                        .pollInterval(java.time.Duration.ofMillis(1))
                        .until(() -> heard.size() == 1);
                subscription.close();
            }
        }
    }
}
