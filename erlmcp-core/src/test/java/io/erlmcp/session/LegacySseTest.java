package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Requirement("transport.sse")
class LegacySseTest {
    private static final String INITIALIZE =
            "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{'protocolVersion':"
                    + "'2024-11-05','capabilities':{},'clientInfo':{'name':'p','version':'1'}}}";
    private static final String ECHO =
            "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'echo'}}";

    private final Fixture fixture = new Fixture();
    private final McpServer server = fixture.builder().authenticator(Fixture.BY_NAME).build();

    @AfterEach
    void close() {
        fixture.release.countDown();
        server.close();
    }

    private ProbeHttp stream(String user) {
        return ProbeHttp.get().as(user).toSse(server.endpoint());
    }

    private int post(String path, String user, String body) throws InterruptedException {
        return ProbeHttp.post(body)
                .query(path.substring(path.indexOf('?') + 1))
                .as(user)
                .toSse(server.endpoint())
                .answer()
                .status;
    }

    private static String endpointOf(ProbeHttp stream) throws InterruptedException {
        ProbeHttp.Event first = stream.event();
        assertThat(first.id()).isEqualTo("endpoint");
        assertThat(first.data()).matches("/mcp\\?sessionId=[A-Za-z0-9_.]{32}");
        return first.data();
    }

    @Test
    void theFirstEventNamesThePathToPostToAndAnswersComeAsEvents() throws Exception {
        ProbeHttp stream = stream("ann");
        String path = endpointOf(stream);
        assertThat(post(path, "ann", INITIALIZE)).isEqualTo(202);
        assertThat(stream.event().data())
                .contains("'protocolVersion':'2024-11-05'".replace('\'', '"'));
        assertThat(post(path, "ann", ECHO)).isEqualTo(202);
        assertThat(stream.event().json().integer("id")).hasValue(1L);
    }

    @Test
    @Requirement("transport.sse.resume")
    void aStreamThatBrokeGoesOnBehindItsLastEvent() throws Exception {
        ProbeHttp stream = stream("ann");
        String path = endpointOf(stream);
        post(path, "ann", INITIALIZE);
        ProbeHttp.Event initialized = stream.event();
        stream.disconnect();
        post(path, "ann", ECHO);

        ProbeHttp again = resumed("ann", String.valueOf(initialized.id()));

        assertThat(endpointOf(again)).isEqualTo(path);
        assertThat(again.event().json().integer("id")).hasValue(1L);
        assertThat(resumed("bob", String.valueOf(initialized.id())).answer().status).isEqualTo(404);
        assertThat(resumed("ann", "nonsense").answer().status).isEqualTo(400);
        assertThat(resumed("ann", "x-y-1").answer().status).isEqualTo(404);
    }

    private ProbeHttp resumed(String user, String last) {
        return ProbeHttp.get().as(user).with("Last-Event-ID", last).toSse(server.endpoint());
    }

    @Test
    @Requirement("transport.sse.store")
    void aResumePastWhatIsKeptIsRefused() throws Exception {
        ProbeHttp stream = stream("ann");
        String path = endpointOf(stream);
        post(path, "ann", INITIALIZE);
        String first = String.valueOf(stream.event().id());
        for (int i = 0; i < SessionLimits.DEFAULTS.events().maxEvents(); i++) {
            post(path, "ann", "{'jsonrpc':'2.0','id':" + i + ",'method':'ping'}");
            stream.event();
        }
        assertThat(resumed("ann", first).event().id()).isEqualTo("endpoint");
        post(path, "ann", ECHO);
        assertThat(resumed("ann", first).answer().status).isEqualTo(400);
    }

    @Test
    void whatIsPostedToNobodysStreamIsRefused() throws Exception {
        String path = endpointOf(stream("ann"));
        assertThat(post(path, "bob", INITIALIZE)).isEqualTo(404);
        assertThat(post("/mcp?sessionId=x", "ann", INITIALIZE)).isEqualTo(404);
        assertThat(ProbeHttp.post(INITIALIZE).as("ann").toSse(server.endpoint()).answer().status)
                .isEqualTo(404);
    }

    @Test
    void aModernRequestIsRefused() throws Exception {
        ProbeHttp stream = stream("ann");
        String path = endpointOf(stream);
        post(
                path,
                "ann",
                "{'jsonrpc':'2.0','id':1,'method':'tools/list','params':{'_meta':{"
                        + "'io.modelcontextprotocol/protocolVersion':'2026-07-28',"
                        + "'io.modelcontextprotocol/clientCapabilities':{}}}}");
        assertThat(stream.event().json().object("error").flatMap(it -> it.integer("code")))
                .hasValue((long) ErrorCode.INVALID_REQUEST);
    }

    @Test
    void theEndOfTheServerEndsTheStream() throws Exception {
        ProbeHttp stream = stream("ann");
        endpointOf(stream);
        server.close();
        stream.awaitEnd();
    }
}
