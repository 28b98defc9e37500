package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.client.Subscription;
import io.erlmcp.json.JsonLimits;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.InMemoryTransport;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Requirement("proto.sub-filter")
class SubscriptionFilterTest {
    private static final String PREFIX = ",'_meta':{'io.erlmcp/match':'prefix'}";
    private static final String LAST = "test://last";

    private McpServer server = new Fixture().server();

    @AfterEach
    void close() {
        server.close();
    }

    private ProbeConnection session() throws InterruptedException {
        return new ProbeConnection(server.endpoint()).initialize("2025-11-25", "{}");
    }

    private static JsonObject ask(ProbeConnection peer, String method, String uri, String more)
            throws InterruptedException {
        return peer.ask(
                "{'jsonrpc':'2.0','id':7,'method':'resources/"
                        + method
                        + "','params':{'uri':'"
                        + uri
                        + "'"
                        + more
                        + "}}");
    }

    private static ProbeConnection listen(McpServer server, String uris, String match) {
        ProbeConnection peer = new ProbeConnection(server.endpoint());
        peer.say(
                "{'jsonrpc':'2.0','id':'l','method':'subscriptions/listen','params':{"
                        + "'notifications':{'resourceSubscriptions':["
                        + uris
                        + "]},'_meta':{'io.modelcontextprotocol/protocolVersion':'2026-07-28',"
                        + "'io.modelcontextprotocol/clientCapabilities':{}"
                        + match
                        + "}}}");
        return peer;
    }

    private static String uri(JsonObject message) {
        return message.requireObject("params").requireString("uri");
    }

    private static String refusal(JsonObject answer) {
        return answer.requireObject("error").requireString("message");
    }

    @Test
    void aSessionHearsOfWhatItsPrefixCoversUntilItUnsubscribes() throws Exception {
        ProbeConnection peer = session();
        assertThat(ask(peer, "subscribe", "test://logs/", PREFIX).has("result")).isTrue();
        ask(peer, "subscribe", LAST, "");
        server.resourceUpdated("test://other");
        server.resourceUpdated("test://logs/a");
        assertThat(uri(peer.hear())).isEqualTo("test://logs/a");
        // without the same words it is another subscription, which there is not
        ask(peer, "unsubscribe", "test://logs/", "");
        server.resourceUpdated("test://logs/b");
        assertThat(uri(peer.hear())).isEqualTo("test://logs/b");
        ask(peer, "unsubscribe", "test://logs/", PREFIX);
        server.resourceUpdated("test://logs/c");
        server.resourceUpdated(LAST);
        assertThat(uri(peer.hear())).isEqualTo(LAST);
    }

    @Test
    void aSessionHearsOnceOfWhatItSubscribedToInThreeWays() throws Exception {
        ProbeConnection peer = session();
        ask(peer, "subscribe", "test://logs/a", "");
        ask(peer, "subscribe", "test://logs/", PREFIX);
        ask(peer, "subscribe", "test://logs/{day}", "");
        ask(peer, "subscribe", LAST, "");
        server.resourceUpdated("test://logs/a");
        server.resourceUpdated(LAST);
        assertThat(uri(peer.hear())).isEqualTo("test://logs/a");
        assertThat(uri(peer.hear())).isEqualTo(LAST);
    }

    @Test
    void aListenStreamHearsOfTemplatesAndPrefixesWithItsOwnId() throws Exception {
        ProbeConnection peer = listen(server, "'test://logs/{day}','test://one'", "");
        assertThat(peer.hear().toJson()).contains("acknowledged", "test://logs/{day}");
        server.resourceUpdated("test://logs/a/b");
        server.resourceUpdated("test://logs/a");
        JsonObject told = peer.hear();
        assertThat(uri(told)).isEqualTo("test://logs/a");
        assertThat(told.toJson()).contains("{\"io.modelcontextprotocol/subscriptionId\":\"l\"}");
        ProbeConnection other = listen(server, "'test://logs/'", ",'io.erlmcp/match':'prefix'");
        other.hear();
        server.resourceUpdated("test://logs/a/b");
        assertThat(uri(other.hear())).isEqualTo("test://logs/a/b");
        assertThat(peer.heardNothing()).isTrue();
        peer.leave();
        other.leave();
        assertThat(server.listenStreams()).isZero();
    }

    @Test
    void bothErasAreToldThatThereAreFilters() throws Exception {
        ProbeConnection legacy = new ProbeConnection(server.endpoint());
        JsonObject initialized =
                legacy.ask(
                        "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{"
                                + "'protocolVersion':'2025-11-25','capabilities':{},"
                                + "'clientInfo':{'name':'p','version':'1'}}}");
        assertThat(initialized.toJson())
                .contains("\"experimental\":{\"io.erlmcp/subscription-filters\":");
        JsonObject discovered =
                new ProbeConnection(server.endpoint())
                        .ask(
                                "{'jsonrpc':'2.0','id':1,'method':'server/discover','params':{"
                                    + "'_meta':{'io.modelcontextprotocol/protocolVersion':'2026-07-28',"
                                    + "'io.modelcontextprotocol/clientCapabilities':{}}}}");
        assertThat(discovered.toJson())
                .contains("\"extensions\":{\"io.erlmcp/subscription-filters\":");
    }

    @Test
    void whatCannotBeMeantIsRefusedInBothEras() throws Exception {
        ProbeConnection peer = session();
        String match = ",'_meta':{'io.erlmcp/match':";
        assertThat(refusal(ask(peer, "subscribe", "a:b", match + "7}"))).contains("was 7");
        assertThat(refusal(ask(peer, "subscribe", "a:{b", ""))).contains("not closed");
        assertThat(refusal(ask(peer, "unsubscribe", "a:b", match + "'glob'}"))).contains("glob");
        JsonObject refused = listen(server, "'{+all}'", "").hear();
        assertThat(refused.requireObject("error").integer("code"))
                .contains((long) ErrorCode.INVALID_PARAMS);
        assertThat(refusal(refused)).contains("begins with text");
        assertThat(server.listenStreams()).isZero();
    }

    @Test
    @Requirement("security.operations")
    void atTheBoundAPatternIsTakenAndOnePastItIsRefusedInBothEras() throws Exception {
        server.close();
        SessionLimits all = SessionLimits.DEFAULTS;
        server =
                new Fixture()
                        .builder()
                        .limits(
                                Fixture.limits(
                                        new SessionLimits(
                                                all.caps(),
                                                all.idleExpiry(),
                                                all.initializeTimeout(),
                                                all.maxSubscriptions(),
                                                all.maxListenStreams(),
                                                all.maxStreamsPerCaller(),
                                                all.maxQuestions(),
                                                all.events(),
                                                new SessionLimits.KeptBounds(
                                                        8192, 262_144, 2, 0, 0),
                                                all.writeTimeout(),
                                                JsonLimits.DEFAULTS)))
                        .build();
        ProbeConnection peer = session();
        assertThat(ask(peer, "subscribe", "a:", PREFIX).has("result")).isTrue();
        ProbeConnection stream = listen(server, "'b:{c}'", "");
        stream.hear();
        // what is there already takes no place
        listen(server, "'b:{c}'", "").hear();
        assertThat(ask(peer, "subscribe", "a:", PREFIX).has("result")).isTrue();
        assertThat(ask(peer, "subscribe", "c:d", "").has("result")).isTrue();
        assertThat(refusal(ask(peer, "subscribe", "c:", PREFIX)))
                .contains("2 prefixes and templates", "maxPatterns is 2");
        JsonObject refused = listen(server, "'d:{e}'", "").hear();
        assertThat(refused.requireObject("error").integer("code"))
                .contains((long) ErrorCode.OVERLOADED);
        assertThat(server.listenStreams()).isEqualTo(2);
        peer.leave();
        assertThat(listen(server, "'d:{e}'", "").hear().has("method")).isTrue();
    }

    @Test
    void theClientHearsOfATemplateInBothEras() throws Exception {
        for (boolean modern : new boolean[] {false, true}) {
            CopyOnWriteArrayList<String> told = new CopyOnWriteArrayList<>();
            try (McpClient client = client(modern);
                    Subscription logs =
                            client.subscribe(
                                    new ListenFilter(
                                            false, false, false, Set.of("test://logs/{+path}")),
                                    it ->
                                            told.add(
                                                    ((ServerNotification.ResourceUpdated) it)
                                                            .uri()))) {
                assertThat(logs.honoured().resourceSubscriptions()).hasSize(1);
                server.resourceUpdated("test://logs/a/b");
                await().until(() -> told.size() == 1);
                assertThat(told).containsExactly("test://logs/a/b");
            }
        }
    }

    private McpClient client(boolean modern) {
        return McpClient.builder(InMemoryTransport.to(server.endpoint()))
                .era(modern ? EraChoice.MODERN : EraChoice.LEGACY)
                .connect();
    }
}
