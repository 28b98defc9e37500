package io.erlmcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.feature.ResourceSpec;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.protocol.ResourceContents;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.Connection;
import io.erlmcp.transport.ConnectionHandler;
import io.erlmcp.transport.Endpoint;
import io.erlmcp.transport.HttpExchange;
import io.erlmcp.transport.InMemoryTransport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What changes at an upstream server while the node has no link to it. */
@Requirement({"upstream.list", "transport.reconnect"})
class MissedUpdatesTest {
    private static final String URI = "test://one";

    private final Fixture fixture = new Fixture();
    private final List<Connection> links = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private final List<String> updates = new CopyOnWriteArrayList<>();
    private final McpServer server =
            McpServer.builder("behind", "1")
                    .add(ResourceSpec.of(URI, "one", null, (uri, variables, call) -> read(uri)))
                    .build();

    private static ReadResourceResult read(String uri) {
        return ReadResourceResult.of(ResourceContents.text(uri, null, "1"));
    }

    @AfterEach
    void close() {
        fixture.close();
        server.close();
    }

    /** Keeps the connections, and passes all on but for the first wishes for a stream. */
    private final class Seen implements Endpoint {
        @Override
        public ConnectionHandler connected(Connection connection) {
            links.add(connection);
            ConnectionHandler inner = server.endpoint().connected(connection);
            return new ConnectionHandler() {
                @Override
                public void message(byte[] message) {
                    JsonObject request = Json.parseObject(message);
                    boolean listens =
                            request.string("method").orElse("").equals("subscriptions/listen");
                    if (listens && refusals.getAndDecrement() > 0) {
                        refuse(connection, String.valueOf(request.get("id")));
                    } else {
                        inner.message(message);
                    }
                }

                @Override
                public void malformed(String reason) {
                    inner.malformed(reason);
                }

                @Override
                public void closed() {
                    inner.closed();
                }
            };
        }

        @Override
        public void handle(HttpExchange exchange) {
            exchange.respond(404);
        }
    }

    private static void refuse(Connection connection, String id) {
        String text =
                "{\"jsonrpc\":\"2.0\",\"id\":"
                        + id
                        + ",\"error\":{\"code\":"
                        + ErrorCode.OVERLOADED
                        + ",\"message\":\"too many streams\"}}";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        connection.send(bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @EnumSource(
            value = EraChoice.class,
            names = {"LEGACY", "MODERN"})
    void whoSubscribedIsToldThatItMayHaveChangedOnceThereIsALink(EraChoice era) {
        try (McpClient client =
                fixture.client(EraChoice.LEGACY, it -> it.onResourceUpdated(updates::add))) {
            client.subscribe(URI);
            Upstream upstream =
                    fixture.add(
                            Fixture.settings(
                                    "up", era, (lines, nice) -> InMemoryTransport.to(new Seen())));
            await().untilAsserted(() -> assertThat(updates).containsExactly(URI));
            links.getLast().close("lost");
            await().untilAsserted(() -> assertThat(updates).containsExactly(URI, URI));
            assertThat(upstream.isUp()).isTrue();
            server.resourceUpdated(URI);
            await().untilAsserted(() -> assertThat(updates).containsExactly(URI, URI, URI));
        }
    }

    @Test
    void aServerThatHasNoRoomForAStreamIsAskedAgain() {
        refusals.set(1);
        try (McpClient client =
                fixture.client(EraChoice.LEGACY, it -> it.onResourceUpdated(updates::add))) {
            client.subscribe(URI);
            fixture.add(
                    Fixture.settings(
                            "up",
                            EraChoice.MODERN,
                            (lines, nice) -> InMemoryTransport.to(new Seen())));
            await().untilAsserted(() -> assertThat(updates).containsExactly(URI));
            assertThat(refusals.get()).isNegative();
        }
    }
}
