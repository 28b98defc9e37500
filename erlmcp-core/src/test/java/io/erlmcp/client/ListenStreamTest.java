package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.Event;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.protocol.McpException;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.ClientTransportEvent;
import io.erlmcp.transport.InMemoryTransport;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A modern subscription whose stream ends: what is worth another try, and what is told. */
@Requirement("transport.reconnect")
class ListenStreamTest {
    private static final ListenFilter WANTED =
            new ListenFilter(false, false, false, Set.of("test://a"));

    private final List<Event> seen = new CopyOnWriteArrayList<>();
    private final List<String> updates = new CopyOnWriteArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();

    /**
     * Grants the first stream and ends it, refuses so many with {@code code}, grants the rest. Each
     * grant comes with an update; a later one is an update too.
     */
    private ScriptedServer server(int code, int refusals) {
        return ScriptedServer.modern()
                .on(
                        "subscriptions/listen",
                        (request, server) -> {
                            int number = asked.getAndIncrement();
                            if (number > 0 && number <= refusals) {
                                server.refuse(request, code, "no " + number, "null");
                                return;
                            }
                            grant(request, server);
                            if (number == 0) {
                                server.reply(request, "{\"resultType\":\"complete\"}");
                            }
                        });
    }

    private static void grant(JsonObject request, ScriptedServer server) {
        String id = ScriptedServer.id(request);
        tell(
                server,
                "subscriptions/acknowledged",
                "\"notifications\":{\"resourceSubscriptions\":[\"test://a\"]}",
                id);
        tell(server, "resources/updated", "\"uri\":\"test://a\"", id);
    }

    private static void tell(ScriptedServer server, String method, String params, String id) {
        server.send(
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/"
                        + method
                        + "\",\"params\":{"
                        + params
                        + ",\"_meta\":{\"io.modelcontextprotocol/subscriptionId\":"
                        + id
                        + "}}}");
    }

    private McpClient client(ScriptedServer server) {
        return McpClient.builder(InMemoryTransport.to(server))
                .era(EraChoice.MODERN)
                .onResourceUpdated(updates::add)
                .observer(seen::add)
                .connect();
    }

    private List<Boolean> failures() {
        return seen.stream()
                .filter(ClientEvent.SubscriptionFailed.class::isInstance)
                .map(it -> ((ClientEvent.SubscriptionFailed) it).isGivenUp())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {ErrorCode.OVERLOADED, ErrorCode.INTERRUPTED})
    void aServerThatHasNoRoomForTheMomentIsAskedAgain(int code) {
        try (McpClient client = client(server(code, 1));
                Subscription wish = client.subscribe(WANTED, it -> {})) {
            await().until(() -> updates.size() == 3);
            assertThat(wish.isOpen()).isTrue();
            assertThat(wish.refusal()).isEmpty();
            assertThat(failures()).containsExactly(false);
        }
    }

    @Test
    void aServerThatRefusesToGoOnIsNotAskedAgainAndThatIsTold() {
        try (McpClient client = client(server(ErrorCode.INVALID_PARAMS, 1));
                Subscription wish = client.subscribe(WANTED, it -> {})) {
            await().until(() -> !wish.isOpen());
            assertThat(wish.refusal()).contains("no 1");
            await().untilAsserted(() -> assertThat(failures()).containsExactly(true));
            assertThat(asked).hasValue(2);
        }
    }

    @Test
    void whoSubscribesHearsAtOnceThatThereIsNoRoom() {
        ScriptedServer server =
                ScriptedServer.modern()
                        .refuse("subscriptions/listen", ErrorCode.OVERLOADED, "too many streams");
        try (McpClient client = client(server)) {
            assertThatThrownBy(() -> client.subscribe(WANTED, it -> {}))
                    .isInstanceOf(McpException.class)
                    .hasMessageContaining("too many streams");
            assertThat(failures()).isEmpty();
        }
    }

    @Test
    void whatIsKnownIsReadAgainWhenAStreamIsGrantedAgain() {
        ScriptedServer server =
                server(0, 0)
                        .answer(
                                "tools/list",
                                "{\"resultType\":\"complete\",\"tools\":[],"
                                        + "\"ttlMs\":3600000,\"cacheScope\":\"private\"}")
                        .answer(
                                "resources/read",
                                "{\"resultType\":\"complete\",\"contents\":[],"
                                        + "\"ttlMs\":3600000,\"cacheScope\":\"private\"}");
        try (McpClient client = client(server)) {
            client.tools();
            client.tools();
            client.readResource("test://b");
            client.readResource("test://b");
            assertThat(server.heard("tools/list")).hasSize(1);
            assertThat(server.heard("resources/read")).hasSize(1);
            try (Subscription wish = client.subscribe(WANTED, it -> {})) {
                await().until(() -> missed() == 1);
                await().until(() -> updates.size() == 3);
                assertThat(wish.isOpen()).isTrue();
                client.tools();
                client.readResource("test://b");
                assertThat(server.heard("tools/list")).hasSize(2);
                assertThat(server.heard("resources/read")).hasSize(2);
                assertThat(missed()).isEqualTo(1);
            }
        }
    }

    private long missed() {
        return seen.stream().filter(ClientTransportEvent.EventsMissed.class::isInstance).count();
    }

    @Test
    void aListenerThatLeavesItsThreadInterruptedDoesNotEndTheSubscription() {
        AtomicInteger heard = new AtomicInteger();
        ScriptedServer server =
                ScriptedServer.modern().on("subscriptions/listen", ListenStreamTest::grant);
        try (McpClient client = client(server);
                Subscription wish =
                        client.subscribe(
                                WANTED,
                                it -> {
                                    heard.incrementAndGet();
                                    Thread.currentThread().interrupt();
                                })) {
            await().until(() -> heard.get() == 1);
            String id = ScriptedServer.id(server.heard("subscriptions/listen").getFirst());
            tell(server, "resources/updated", "\"uri\":\"test://a\"", id);
            await().until(() -> heard.get() == 2);
            assertThat(wish.isOpen()).isTrue();
            assertThat(server.heard("subscriptions/listen")).hasSize(1);
        }
    }

    @Test
    void aPathThatIsClosedForAMomentDoesNotEndTheSubscription() {
        ClientTransport inner = InMemoryTransport.to(server(0, 0));
        AtomicInteger listens = new AtomicInteger();
        Passing transport =
                new Passing(inner) {
                    @Override
                    public void send(OutgoingMessage message) {
                        if (message.label().equals("subscriptions/listen")
                                && listens.incrementAndGet() == 2) {
                            throw new TransportException(
                                    TransportException.Kind.CLOSED, "it is being made again");
                        }
                        super.send(message);
                    }
                };
        try (McpClient client =
                        McpClient.builder(transport)
                                .era(EraChoice.MODERN)
                                .onResourceUpdated(updates::add)
                                .observer(seen::add)
                                .connect();
                Subscription wish = client.subscribe(WANTED, it -> {})) {
            await().until(() -> updates.size() == 3);
            assertThat(wish.isOpen()).isTrue();
            assertThat(failures()).containsExactly(false);
        }
    }

    @Test
    void aListenerThatFailsWithAnErrorDoesNotEndTheSubscription() {
        AtomicInteger heard = new AtomicInteger();
        try (McpClient client = client(server(0, 0));
                Subscription wish =
                        client.subscribe(
                                WANTED,
                                it -> {
                                    heard.incrementAndGet();
                                    throw new AssertionError("of the user");
                                })) {
            await().until(() -> heard.get() == 3);
            assertThat(wish.isOpen()).isTrue();
            assertThat(seen).hasAtLeastOneElementOfType(ClientEvent.ListenerFailed.class);
        }
    }
}
