package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Revision;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.InMemoryTransport;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EraTest {
    private static ClientBuilder client(ScriptedServer server) {
        return McpClient.builder(InMemoryTransport.to(server)).name("test", "1");
    }

    @Test
    void automaticTakesTheModernEraOfAServerThatIsDiscovered() {
        ScriptedServer server = ScriptedServer.modern();
        try (McpClient client = client(server).connect()) {
            assertThat(client.revision()).isEqualTo(Revision.R2026_07_28);
            assertThat(client.serverInfo()).map(Implementation::name).contains("scripted");
            assertThat(client.instructions()).contains("be kind");
            assertThat(client.capabilities())
                    .hasValueSatisfying(it -> assertThat(it.tools()).isTrue());
        }
        assertThat(server.heard("initialize")).isEmpty();
        JsonObject meta =
                server.heard("server/discover")
                        .getFirst()
                        .requireObject("params")
                        .requireObject("_meta");
        assertThat(meta.string("io.modelcontextprotocol/protocolVersion")).contains("2026-07-28");
        assertThat(meta.has("io.modelcontextprotocol/clientCapabilities")).isTrue();
    }

    @Test
    @Requirement("proto.spec")
    void automaticFallsBackToTheHandshakeAndOffersTheNewestLegacyRevision() {
        ScriptedServer server = ScriptedServer.legacy();
        try (McpClient client = client(server).connect()) {
            assertThat(client.revision()).isEqualTo(Revision.R2025_11_25);
            assertThat(client.instructions()).contains("be kind");
            client.ping();
            assertThat(server.heard("notifications/initialized")).hasSize(1);
        }
        JsonObject params = server.heard("initialize").getFirst().requireObject("params");
        assertThat(params.requireString("protocolVersion")).isEqualTo("2025-11-25");
    }

    @Test
    void anOlderLegacyRevisionOfTheServerIsAccepted() {
        ScriptedServer server = ScriptedServer.legacy("2025-03-26");
        try (McpClient client = client(server).era(EraChoice.LEGACY).connect()) {
            assertThat(client.revision()).isEqualTo(Revision.R2025_03_26);
        }
        assertThat(server.heard("server/discover")).isEmpty();
    }

    @Test
    void aServerThatIgnoresTheProbeIsInitialized() {
        ScriptedServer server = ScriptedServer.legacy().silent("server/discover");
        try (McpClient client = client(server).timeout(Duration.ofMillis(100)).connect()) {
            assertThat(client.revision()).isEqualTo(Revision.R2025_11_25);
        }
    }

    @Test
    void aServerThatLeavesAtTheProbeIsStartedAgainAndInitialized() {
        ScriptedServer server =
                ScriptedServer.legacy()
                        .on(
                                "server/discover",
                                (request, it) -> it.connections.getLast().close("not initialized"));
        try (McpClient client = client(server).connect()) {
            assertThat(client.revision()).isEqualTo(Revision.R2025_11_25);
        }
        assertThat(server.connections).hasSize(2);
    }

    @Test
    void anUnsupportedVersionIsRetriedWithAMutualOneEvenIfItIsTheSame() {
        ScriptedServer server = ScriptedServer.modern();
        ScriptedServer picky =
                new ScriptedServer()
                        .on(
                                "server/discover",
                                (request, it) -> {
                                    if (it.heard("server/discover").size() == 1) {
                                        it.refuse(
                                                request,
                                                -32022,
                                                "Unsupported",
                                                "{\"supported\":[\"2026-07-28\"],\"requested\":\"x\"}");
                                    } else {
                                        server.connections.add(it.connections.getLast());
                                        it.reply(
                                                request,
                                                """
                                                {"resultType":"complete","supportedVersions":["2026-07-28"],
                                                "capabilities":{},"ttlMs":0,"cacheScope":"private"}\
                                                """);
                                    }
                                });
        try (McpClient client = client(picky).connect()) {
            assertThat(client.revision()).isEqualTo(Revision.R2026_07_28);
        }
        assertThat(picky.heard("initialize")).isEmpty();
    }

    @Test
    void aModernServerWithoutAMutualVersionIsNotInitialized() {
        ScriptedServer server =
                new ScriptedServer()
                        .on(
                                "server/discover",
                                (request, it) ->
                                        it.refuse(
                                                request,
                                                -32022,
                                                "Unsupported",
                                                "{\"supported\":[\"2099-01-01\"]}"));
        assertThatThrownBy(() -> client(server).connect())
                .isInstanceOfSatisfying(
                        McpException.class, e -> assertThat(e.code()).isEqualTo(-32022));
        assertThat(server.heard("initialize")).isEmpty();
    }

    @Test
    void aModernClientWorksWithoutDiscovery() {
        ScriptedServer server =
                new ScriptedServer()
                        .answer(
                                "tools/call",
                                "{\"resultType\":\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}");
        try (McpClient client = client(server).era(EraChoice.MODERN).connect()) {
            assertThat(client.capabilities()).isEmpty();
            assertThat(client.call("hello", JsonObject.EMPTY).content()).hasSize(1);
        }
    }

    @Test
    @Requirement("proto.phases")
    void callsBeforeConnectingAndAfterClosingAreRefusedInWords() {
        McpClient client = client(ScriptedServer.modern()).build();
        assertThat(client.phase()).isEqualTo(Phase.PRE_INITIALIZATION);
        assertThatThrownBy(client::tools)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("connect()");
        client.connect();
        assertThat(client.phase()).isEqualTo(Phase.INITIALIZED);
        client.close();
        assertThat(client.phase()).isEqualTo(Phase.CLOSED);
        assertThatThrownBy(client::tools)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }
}
