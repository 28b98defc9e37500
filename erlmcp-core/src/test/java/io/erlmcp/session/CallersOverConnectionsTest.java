package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.dispatch.CallLimits;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many connections give one caller no more than one does: as on HTTP, whoever it is counts. */
@Requirement({"security.operations", "transport.http.inflight"})
class CallersOverConnectionsTest {
    private static final String HOLD =
            "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'hold',"
                    + Fixture.META
                    + "}}";
    private static final String BREAK =
            "{'jsonrpc':'2.0','id':2,'method':'tools/call','params':{'name':'break',"
                    + Fixture.META
                    + "}}";

    private final Fixture fixture = new Fixture();
    private final McpServer server =
            fixture.builder()
                    .limits(
                            Fixture.limits(
                                    new CallLimits(
                                            100,
                                            1,
                                            0,
                                            Duration.ofMinutes(1),
                                            Duration.ofMinutes(1)),
                                    Fixture.sessions().streamsPerCaller(2).build()))
                    .build();

    @AfterEach
    void close() {
        fixture.release.countDown();
        server.close();
    }

    private ProbeConnection from(String address) {
        return ProbeConnection.from(address, server.endpoint());
    }

    private static long code(JsonObject message) {
        return message.object("error").flatMap(it -> it.integer("code")).orElse(0L);
    }

    private ProbeHttp listenOverHttp(String address) {
        return ProbeHttp.post(Fixture.LISTEN)
                .from(address)
                .with("MCP-Protocol-Version", "2026-07-28")
                .with("Mcp-Method", "subscriptions/listen")
                .to(server.endpoint());
    }

    @Test
    void streamsOfOneAddressCountOnAllItsConnectionsAndTransports() throws Exception {
        ProbeConnection first = from("10.0.0.1");
        assertThat(first.ask(Fixture.LISTEN).requireString("method")).contains("acknowledged");
        listenOverHttp("10.0.0.1").event();
        assertThat(code(from("10.0.0.1").ask(Fixture.LISTEN))).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(listenOverHttp("10.0.0.1").errorCode()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(from("10.0.0.2").ask(Fixture.LISTEN).requireString("method"))
                .contains("acknowledged");
        first.leave();
        assertThat(from("10.0.0.1").ask(Fixture.LISTEN).requireString("method"))
                .contains("acknowledged");
        assertThat(code(from("10.0.0.1").ask(Fixture.LISTEN))).isEqualTo(ErrorCode.OVERLOADED);
    }

    @Test
    void callsOfOneAddressCountOnAllItsConnections() throws Exception {
        ProbeConnection holding = from("10.0.0.1");
        holding.say(HOLD);
        fixture.entered.await();
        assertThat(code(from("10.0.0.1").ask(BREAK))).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(code(from("10.0.0.2").ask(BREAK))).isNotEqualTo(ErrorCode.OVERLOADED);
        fixture.release.countDown();
        assertThat(holding.hear().has("result")).isTrue();
        assertThat(code(from("10.0.0.1").ask(BREAK))).isNotEqualTo(ErrorCode.OVERLOADED);
    }

    @Test
    void connectionsThatAreNowhereCountOnTheirOwn() throws Exception {
        ProbeConnection holding = new ProbeConnection(server.endpoint());
        holding.say(HOLD);
        fixture.entered.await();
        JsonObject other = new ProbeConnection(server.endpoint()).ask(BREAK);
        assertThat(code(other)).isNotEqualTo(ErrorCode.OVERLOADED);
    }
}
