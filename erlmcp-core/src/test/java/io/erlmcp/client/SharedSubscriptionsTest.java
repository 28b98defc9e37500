package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.feature.ResourceFilter;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.protocol.McpException;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import io.erlmcp.transport.InMemoryTransport;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several who subscribe to the same resource of a legacy server at the same time. */
@Requirement("proto.resources")
class SharedSubscriptionsTest {
    private static final ListenFilter WANTED =
            new ListenFilter(false, false, false, Set.of("test://a"));

    @RegisterExtension final SideThreads threads = new SideThreads();

    private final Queue<JsonObject> held = new ConcurrentLinkedQueue<>();

    private static McpClient client(ScriptedServer server) {
        return McpClient.builder(InMemoryTransport.to(server)).era(EraChoice.LEGACY).connect();
    }

    @Test
    void nobodyIsTakenForSubscribedBeforeTheServerGrantedIt() throws Exception {
        ScriptedServer server =
                ScriptedServer.legacy()
                        .on("resources/subscribe", (request, it) -> held.add(request));
        try (McpClient client = client(server)) {
            for (int i = 0; i < 2; i++) {
                threads.run(
                        "subscriber",
                        () ->
                                assertThatThrownBy(() -> client.subscribe(WANTED, it -> {}))
                                        .isInstanceOf(McpException.class)
                                        .hasMessageContaining("not that one"));
            }
            await().until(() -> held.size() == 2);
            held.forEach(it -> server.refuse(it, ErrorCode.INVALID_PARAMS, "not that one", "null"));
            threads.join();
        }
    }

    @Test
    void whatIsGrantedIsAskedForOnce() {
        ScriptedServer server =
                ScriptedServer.legacy()
                        .answer("resources/subscribe", "{}")
                        .answer("resources/unsubscribe", "{}");
        try (McpClient client = client(server)) {
            Subscription first = client.subscribe(WANTED, it -> {});
            Subscription second = client.subscribe(WANTED, it -> {});
            assertThat(server.heard("resources/subscribe")).hasSize(1);
            first.close();
            assertThat(server.heard("resources/unsubscribe")).isEmpty();
            second.close();
            assertThat(server.heard("resources/unsubscribe")).hasSize(1);
            client.subscribe(WANTED, it -> {}).close();
            assertThat(server.heard("resources/subscribe")).hasSize(2);
        }
    }

    @Test
    void whoSubscribesWhileTheLastOneLeavesIsSubscribedInTheEnd() throws Exception {
        ScriptedServer server =
                ScriptedServer.legacy()
                        .answer("resources/subscribe", "{}")
                        .on("resources/unsubscribe", (request, it) -> held.add(request));
        try (McpClient client = client(server)) {
            Subscription last = client.subscribe(WANTED, it -> {});
            threads.run("leaves", last::close);
            await().until(() -> held.size() == 1);
            client.subscribe(WANTED, it -> {});
            server.reply(held.remove(), "{}");
            threads.join();
            assertThat(server.heard("resources/subscribe")).hasSize(3);
        }
    }

    private static List<String> uris(List<JsonObject> requests) {
        return requests.stream()
                .map(it -> it.requireObject("params").requireString("uri"))
                .toList();
    }

    @Test
    void whereOneOfSeveralIsRefusedTheServerHearsThatTheOthersAreNotWanted() {
        ScriptedServer server =
                ScriptedServer.legacy()
                        .on(
                                "resources/subscribe",
                                (request, it) -> {
                                    if (it.heard("resources/subscribe").size() == 3) {
                                        it.refuse(request, ErrorCode.OVERLOADED, "full", "null");
                                    } else {
                                        it.reply(request, "{}");
                                    }
                                })
                        .answer("resources/unsubscribe", "{}");
        Set<String> several = Set.of("test://a", "test://b", "test://c", "test://d");
        try (McpClient client = client(server)) {
            assertThatThrownBy(
                            () ->
                                    client.subscribe(
                                            new ListenFilter(false, false, false, several),
                                            it -> {}))
                    .isInstanceOf(McpException.class)
                    .hasMessageContaining("full");
            List<String> granted = uris(server.heard("resources/subscribe")).subList(0, 2);
            await().untilAsserted(
                            () ->
                                    assertThat(uris(server.heard("resources/unsubscribe")))
                                            .containsExactlyInAnyOrderElementsOf(granted));
        }
    }

    @Test
    void whatMayHaveBeenGrantedToWhoGaveUpIsNotWantedEither() {
        ScriptedServer server =
                ScriptedServer.legacy()
                        .silent("resources/subscribe")
                        .answer("resources/unsubscribe", "{}");
        Duration moment = Duration.ofMillis(200);
        try (McpClient client =
                McpClient.builder(InMemoryTransport.to(server))
                        .era(EraChoice.LEGACY)
                        .limits(ClientLimits.DEFAULTS.withTimeouts(moment, moment))
                        .connect()) {
            assertThatThrownBy(() -> client.subscribe(WANTED, it -> {}))
                    .isInstanceOf(McpTimeoutException.class);
            await().untilAsserted(
                            () ->
                                    assertThat(uris(server.heard("resources/unsubscribe")))
                                            .containsExactly("test://a"));
        }
    }

    @Test
    @Requirement("transport.reconnect")
    void aCallThatIsGivenUpWhileItSubscribesAgainCostsNoSubscription() {
        AtomicBoolean isGivenUp = new AtomicBoolean();
        List<String> asked = new CopyOnWriteArrayList<>();
        Renewal<ResourceFilter> again =
                new Renewal<>(
                        "subscribe again",
                        new Renewal.Wishes<>() {
                            @Override
                            public void ask(ResourceFilter resource) {
                                if (isGivenUp.compareAndSet(false, true)) {
                                    throw new CancellationException("the caller has gone");
                                }
                                asked.add(resource.asked());
                            }

                            @Override
                            public boolean isWanted(ResourceFilter resource) {
                                return true;
                            }

                            @Override
                            public void failed(
                                    ResourceFilter resource, String reason, boolean isGivenUp) {}
                        });
        again.begin(List.of(ResourceFilter.ofText("test://a"), ResourceFilter.ofText("test://b")));
        await().untilAsserted(
                        () -> assertThat(asked).containsExactlyInAnyOrder("test://a", "test://b"));
        again.close();
    }
}
