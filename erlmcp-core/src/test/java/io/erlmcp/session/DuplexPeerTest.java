package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Requirement("proto.jsonrpc")
class DuplexPeerTest {
    private static final String MODERN =
            "'_meta':{'io.modelcontextprotocol/protocolVersion':'2026-07-28',"
                    + "'io.modelcontextprotocol/clientCapabilities':{'elicitation':{}}}";

    private final Fixture fixture = new Fixture();
    private final McpServer server = fixture.server();
    private final ProbeConnection probe = new ProbeConnection(server.endpoint());

    @AfterEach
    void close() {
        fixture.release.countDown();
        server.close();
    }

    private static long code(JsonObject message) {
        return message.object("error").flatMap(it -> it.integer("code")).orElse(0L);
    }

    private static String call(String id, String tool, String more) {
        return "{'jsonrpc':'2.0','id':"
                + id
                + ",'method':'tools/call','params':{'name':'"
                + tool
                + "'"
                + more
                + "}}";
    }

    @Test
    void idsAreEchoedWithTheirType() throws Exception {
        probe.initialize("2025-11-25", "{}");
        assertThat(probe.ask(call("1", "echo", "")).toJson()).contains("\"id\":1,");
        assertThat(probe.ask(call("'1'", "echo", "")).toJson()).contains("\"id\":\"1\",");
        assertThat(probe.ask(call("9223372036854775807", "echo", "")).toJson())
                .contains("\"id\":9223372036854775807,");
        assertThat(code(probe.ask(call("9223372036854775808", "echo", ""))))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void aLegacyRequestNeedsTheHandshakeButPingDoesNot() throws Exception {
        assertThat(code(probe.ask(call("1", "echo", "")))).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(probe.ask("{'jsonrpc':'2.0','id':2,'method':'ping'}").has("result")).isTrue();
        assertThat(code(probe.ask("{'jsonrpc':'2.0','id':3,'method':'server/discover'}")))
                .isEqualTo(ErrorCode.METHOD_NOT_FOUND);
    }

    @Test
    void aSecondHandshakeIsRefused() throws Exception {
        probe.initialize("2025-11-25", "{}");
        JsonObject second =
                probe.ask(
                        "{'jsonrpc':'2.0','id':1,'method':'initialize','params':{'protocolVersion':"
                            + "'2025-11-25','capabilities':{},'clientInfo':{'name':'p','version':'1'}}}");
        assertThat(code(second)).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    @Requirement("proto.spec")
    void bothErasShareOneConnection() throws Exception {
        probe.initialize("2025-11-25", "{}");
        assertThat(probe.ask(call("1", "echo", "")).toJson()).doesNotContain("resultType");
        assertThat(probe.ask(call("2", "echo", "," + MODERN)).toJson())
                .contains("\"resultType\":\"complete\"");
        assertThat(
                        code(
                                probe.ask(
                                        "{'jsonrpc':'2.0','id':3,'method':'ping','params':{"
                                                + MODERN
                                                + "}}")))
                .isEqualTo(ErrorCode.METHOD_NOT_FOUND);
    }

    @Test
    void anotherVersionOnAModernConnectionIsStillUnsupported() throws Exception {
        probe.ask(call("1", "echo", "," + MODERN));
        JsonObject answer =
                probe.ask(call("2", "echo", "," + MODERN.replace("2026-07-28", "1900-01-01")));
        assertThat(code(answer)).isEqualTo(ErrorCode.UNSUPPORTED_PROTOCOL_VERSION);
    }

    @Test
    @Requirement("proto.elicitation")
    void aQuestionIsALiveRequestInTheLegacyEra() throws Exception {
        probe.initialize("2025-11-25", "{'elicitation':{}}");
        JsonObject question = probe.ask(call("1", "greet_again", ""));
        assertThat(question.requireString("method")).isEqualTo("elicitation/create");
        long id = question.integer("id").orElseThrow();
        JsonObject answer =
                probe.ask(
                        "{'jsonrpc':'2.0','id':"
                                + id
                                + ",'result':{'action':'accept','content':{'name':'Ann'}}}");
        assertThat(answer.integer("id")).contains(1L);
        assertThat(answer.toJson()).contains("Ann");
    }

    @Test
    void aRefusedQuestionFailsTheCallWithTheClientsCode() throws Exception {
        probe.initialize("2025-11-25", "{'elicitation':{}}");
        JsonObject question = probe.ask(call("1", "greet_again", ""));
        JsonObject answer =
                probe.ask(
                        "{'jsonrpc':'2.0','id':"
                                + question.integer("id").orElseThrow()
                                + ",'error':{'code':-1,'message':'rejected'}}");
        assertThat(code(answer)).isEqualTo(-1);
    }

    @Test
    void whatALegacyClientDidNotDeclareIsNotAsked() throws Exception {
        probe.initialize("2025-11-25", "{}");
        assertThat(code(probe.ask(call("1", "greet_again", ""))))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void cancelledStopsTheCallAndItsAnswer() throws Exception {
        probe.initialize("2025-11-25", "{}");
        probe.say(call("1", "hold", ""));
        fixture.entered.await();
        probe.say(
                "{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':'1'}}");
        assertThat(fixture.interrupted.getCount()).isEqualTo(1);
        probe.say("{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':1}}");
        fixture.interrupted.await();
        assertThat(probe.ask(call("2", "echo", "")).integer("id")).contains(2L);
        assertThat(probe.heardNothing()).isTrue();
    }

    @Test
    void cancelledEndsAModernListenStream() throws Exception {
        JsonObject first =
                probe.ask(
                        "{'jsonrpc':'2.0','id':'l','method':'subscriptions/listen','params':{"
                                + "'notifications':{'toolsListChanged':true},"
                                + MODERN
                                + "}}");
        assertThat(first.toJson()).contains("\"io.modelcontextprotocol/subscriptionId\":\"l\"");
        probe.say(
                "{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':'l'}}");
        assertThat(server.listenStreams()).isZero();
    }

    @Test
    void leavingCancelsEverything() throws Exception {
        probe.initialize("2025-11-25", "{}");
        probe.say(call("1", "hold", ""));
        fixture.entered.await();
        probe.leave();
        fixture.interrupted.await();
        assertThat(server.openSessions()).isZero();
    }

    @Test
    @Requirement("proto.roots-logging")
    void logMessagesFollowTheLevelAndAnInvalidLevelIsRefused() throws Exception {
        probe.initialize("2025-11-25", "{}");
        JsonObject refused =
                probe.ask(
                        "{'jsonrpc':'2.0','id':1,'method':'logging/setLevel','params':{'level':'loud'}}");
        assertThat(code(refused)).isEqualTo(ErrorCode.INVALID_PARAMS);
        probe.say(
                "{'jsonrpc':'2.0','id':2,'method':'logging/setLevel','params':{'level':'error'}}");
        assertThat(probe.hear().has("result")).isTrue();
    }

    @Test
    @Requirement("proto.streaming")
    void progressIsToldToWhoAskedForItOnly() throws Exception {
        probe.initialize("2025-11-25", "{}");
        assertThat(probe.ask(call("1", "progress", "")).integer("id")).contains(1L);
        JsonObject told = probe.ask(call("2", "progress", ",'_meta':{'progressToken':7}"));
        assertThat(told.requireObject("params").integer("progressToken")).contains(7L);
    }

    @Test
    @Requirement("proto.batch")
    void aBatchOf20250326IsAnsweredAsOne() throws Exception {
        probe.initialize("2025-03-26", "{}");
        fixture.release.countDown();
        probe.say(
                "["
                        + call("1", "echo", "")
                        + ","
                        + call("2", "hold", "")
                        + ",{'jsonrpc':'2.0','id':3}]");
        String answer = probe.hearRaw();
        assertThat(answer)
                .startsWith("[")
                .endsWith("]")
                .contains("\"id\":1", "\"id\":2", "\"id\":3");
    }

    @Test
    void aBatchThatIsTooLargeNamesTheLimit() throws Exception {
        probe.initialize("2025-03-26", "{}");
        String ping = "{'jsonrpc':'2.0','id':%d,'method':'ping'}";
        StringBuilder batch = new StringBuilder("[").append(ping.formatted(0));
        for (int i = 1; i < SessionLimits.DEFAULTS.json().maxBatch(); i++) {
            batch.append(',').append(ping.formatted(i));
        }
        probe.say(batch + "]");
        assertThat(probe.hearRaw()).startsWith("[");
        probe.say(batch + "," + ping.formatted(1000) + "]");
        assertThat(probe.hearRaw()).contains("more than 100 elements");
    }

    @Test
    void whatIsNoJsonGetsAnErrorAndTheConnectionGoesOn() throws Exception {
        assertThat(code(probe.ask("{nope"))).isEqualTo(ErrorCode.PARSE_ERROR);
        assertThat(code(probe.ask("[7"))).isEqualTo(ErrorCode.PARSE_ERROR);
        assertThat(probe.ask("{'jsonrpc':'2.0','id':2,'method':'ping'}").has("result")).isTrue();
    }
}
