package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One caller does not take the streams of all. */
@Requirement({"security.operations", "proto.sub-filter"})
class StreamsPerCallerTest {

    private final McpServer server =
            new Fixture()
                    .builder()
                    .authenticator(Fixture.BY_NAME)
                    .limits(Fixture.limits(Fixture.sessions().streamsPerCaller(2).build()))
                    .build();

    @AfterEach
    void close() {
        server.close();
    }

    private ProbeHttp listen(String user) {
        return ProbeHttp.post(Fixture.LISTEN)
                .as(user)
                .with("MCP-Protocol-Version", "2026-07-28")
                .with("Mcp-Method", "subscriptions/listen")
                .to(server.endpoint());
    }

    private String session(String user) throws InterruptedException {
        ProbeHttp opened =
                ProbeHttp.post(
                                "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{"
                                        + "'protocolVersion':'2025-11-25','capabilities':{},"
                                        + "'clientInfo':{'name':'p','version':'1'}}}")
                        .as(user)
                        .to(server.endpoint())
                        .answer();
        return Objects.requireNonNull(opened.responseHeader("Mcp-Session-Id"));
    }

    private ProbeHttp get(String user, String session) {
        return ProbeHttp.get().as(user).with("Mcp-Session-Id", session).to(server.endpoint());
    }

    private static void isRefused(ProbeHttp request) throws InterruptedException {
        assertThat(request.errorCode()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(request.status).isEqualTo(429);
        assertThat(request.responseBody).contains("2 open streams", "maxStreamsPerCaller");
    }

    @Test
    void atTheBoundACallerListensAndOnePastItIsRefusedUntilAStreamEnds() throws Exception {
        ProbeHttp first = listen("ann");
        first.event();
        listen("ann").event();
        isRefused(listen("ann"));
        assertThat(server.listenStreams()).isEqualTo(2);
        listen("bob").event();
        first.disconnect();
        listen("ann").event();
        isRefused(listen("ann"));
    }

    @Test
    void streamsOfSessionsCountTooWhicheverSessionsTheyAre() throws Exception {
        String one = session("ann");
        String two = session("ann");
        String three = session("ann");
        ProbeHttp first = get("ann", one);
        first.event();
        ProbeHttp second = get("ann", two);
        second.event();
        isRefused(get("ann", three));
        isRefused(listen("ann"));
        get("bob", session("bob")).event();
        first.disconnect();
        get("ann", three).event();
        isRefused(get("ann", one));
        ProbeHttp.delete().as("ann").with("Mcp-Session-Id", two).to(server.endpoint());
        second.awaitEnd();
        get("ann", one).event();
    }

    @Test
    void aStreamThatCannotBeOpenedGivesItsPlaceBack() throws Exception {
        String session = session("ann");
        for (int i = 0; i < 5; i++) {
            ProbeHttp broken = ProbeHttp.get().as("ann").with("Mcp-Session-Id", session).broken();
            assertThatThrownBy(() -> broken.to(server.endpoint()))
                    .hasMessage("no stream can be opened");
        }
        get("ann", session).event();
        get("ann", session("ann")).event();
        isRefused(get("ann", session("ann")));
    }

    @Test
    void aResumeThatIsRefusedTakesNoPlace() throws Exception {
        String session = session("ann");
        for (int i = 0; i < 5; i++) {
            ProbeHttp refused =
                    ProbeHttp.get()
                            .as("ann")
                            .with("Mcp-Session-Id", session)
                            .with("Last-Event-ID", i % 2 == 0 ? "nonsense" : "p1-boot-7")
                            .to(server.endpoint())
                            .answer();
            assertThat(refused.status).isEqualTo(400);
        }
        get("ann", session).event();
    }
}
