package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.dispatch.CallLimits;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an HTTP client may do wrong, and the bounds it meets. */
@Requirement("transport.http")
class HttpFaultsTest {
    private static final String META =
            "'_meta':{'io.modelcontextprotocol/protocolVersion':'2026-07-28',"
                    + "'io.modelcontextprotocol/clientCapabilities':{}}";

    private final Fixture fixture = new Fixture();
    private McpServer server = fixture.server();

    @AfterEach
    void close() {
        fixture.release.countDown();
        server.close();
    }

    private void serve(SessionLimits limits) {
        server.close();
        server = fixture.builder().limits(Fixture.limits(limits)).build();
    }

    private ProbeHttp send(ProbeHttp request) throws InterruptedException {
        return request.to(server.endpoint()).answer();
    }

    private static ProbeHttp modern(String method, String members) {
        return ProbeHttp.post(
                        "{'jsonrpc':'2.0','id':1,'method':'"
                                + method
                                + "','params':{"
                                + members
                                + (members.isEmpty() ? "" : ",")
                                + META
                                + "}}")
                .with("MCP-Protocol-Version", "2026-07-28")
                .with("Mcp-Method", method);
    }

    private static ProbeHttp modernCall(String tool) {
        return modern("tools/call", "'name':'" + tool + "'").with("Mcp-Name", tool);
    }

    private static ProbeHttp initialize(String revision, String more) {
        return ProbeHttp.post(
                "{'jsonrpc':'2.0','id':'i','method':'initialize','params':{'protocolVersion':'"
                        + revision
                        + "','capabilities':{},'clientInfo':{'name':'p','version':'1'}"
                        + more
                        + "}}");
    }

    private String session(String revision) throws InterruptedException {
        return Objects.requireNonNull(
                send(initialize(revision, "").as("ann")).responseHeader("Mcp-Session-Id"));
    }

    private static ProbeHttp post(String session, String body) {
        return ProbeHttp.post(body).as("ann").with("Mcp-Session-Id", session);
    }

    private static String call(int id, String tool) {
        return "{'jsonrpc':'2.0','id':"
                + id
                + ",'method':'tools/call','params':{'name':'"
                + tool
                + "'}}";
    }

    @Test
    @Requirement("security.modern")
    void aCallWhoseClientLeftBeforeItBeganDoesNotRun() throws Exception {
        modernCall("greet").gone().to(server.endpoint());
        modernCall("count").gone().to(server.endpoint());
        await().until(() -> server.inFlight() == 0);
        assertThat(fixture.runs).hasValue(0);
    }

    @Test
    void aHandshakeThatCannotBeReadIsRefusedWithItsId() throws Exception {
        for (String more :
                new String[] {
                    ",'_meta':{'progressToken':[]}",
                    ",'_meta':{'progressToken':100e2147483647}",
                    ",'_meta':{'x':{'a':1,'a':1}}"
                }) {
            ProbeHttp answer = send(initialize("2025-11-25", more));
            if (!answer.json().has("result")) {
                assertThat(answer.json().requireString("id")).as(more).isEqualTo("i");
            }
        }
        assertThat(send(initialize("2025-11-25", ",'_meta':{'progressToken':[]}")).errorCode())
                .isEqualTo(ErrorCode.INVALID_PARAMS);
    }

    @Test
    @Requirement("security.sessions")
    void aFailedHandshakeLeavesNoSession() throws Exception {
        for (String body :
                new String[] {
                    "{'jsonrpc':'2.0','id':1,'method':'initialize'}",
                    "{'jsonrpc':'2.0','id':1,'method':'initialize','params':{}}",
                    "{'jsonrpc':'2.0','id':1,'method':'initialize','params':{'protocolVersion':7,"
                            + "'capabilities':{},'clientInfo':{'name':'p','version':'1'}}}"
                }) {
            ProbeHttp answer = send(ProbeHttp.post(body));
            assertThat(answer.errorCode()).as(body).isEqualTo(ErrorCode.INVALID_PARAMS);
            assertThat(answer.responseHeader("Mcp-Session-Id")).as(body).isNull();
        }
        assertThat(server.openSessions()).isZero();
    }

    @Test
    @Requirement("R28")
    void aHandshakeOrListenRequestThatIsTooLongToKeepIsRefused() throws Exception {
        String bytes = "x".repeat(256 * 1024);
        ProbeHttp answer = send(initialize("2025-11-25", ",'junk':'" + bytes + "'"));
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.INVALID_PARAMS);
        assertThat(server.openSessions()).isZero();
        ProbeHttp listen =
                send(modern("subscriptions/listen", "'notifications':{},'junk':'" + bytes + "'"));
        assertThat(listen.errorCode()).isEqualTo(ErrorCode.INVALID_PARAMS);
        assertThat(server.listenStreams()).isZero();
        int frame =
                ("{'jsonrpc':'2.0','id':'i','method':'initialize','params':{'protocolVersion':"
                                + "'2025-11-25','capabilities':{},'clientInfo':{'name':'p',"
                                + "'version':'1'},'junk':''}}")
                        .length();
        String longest = "x".repeat(256 * 1024 - frame);
        assertThat(send(initialize("2025-11-25", ",'junk':'" + longest + "'")).json().has("result"))
                .isTrue();
        assertThat(
                        send(initialize("2025-11-25", ",'junk':'" + longest + "x'"))
                                .json()
                                .has("result"))
                .isFalse();
    }

    @Test
    @Requirement({"R28", "security.sessions"})
    void atTheBoundSessionsOpenAndOnePastItTheyAreRefused() throws Exception {
        serve(Fixture.sessions().sessions(2).build());
        String first = session("2025-11-25");
        session("2025-11-25");
        ProbeHttp refused = send(initialize("2025-11-25", ""));
        assertThat(refused.status).isEqualTo(429);
        assertThat(refused.errorCode()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(refused.responseHeader("Retry-After")).isNotNull();
        send(ProbeHttp.delete().as("ann").with("Mcp-Session-Id", first));
        assertThat(send(initialize("2025-11-25", "")).status).isEqualTo(200);
        assertThat(server.openSessions()).isEqualTo(2);
    }

    @Test
    @Requirement("proto.sub-filter")
    void atTheBoundListenStreamsOpenAndOnePastItTheyAreRefused() throws Exception {
        serve(Fixture.sessions().listenStreams(2).build());
        ProbeHttp first = modern("subscriptions/listen", "'notifications':{}");
        first.to(server.endpoint()).event();
        modern("subscriptions/listen", "'notifications':{}").to(server.endpoint()).event();
        ProbeHttp refused = send(modern("subscriptions/listen", "'notifications':{}"));
        assertThat(refused.status).isEqualTo(429);
        assertThat(refused.errorCode()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(server.listenStreams()).isEqualTo(2);
        first.disconnect();
        modern("subscriptions/listen", "'notifications':{}").to(server.endpoint()).event();
    }

    @Test
    @Requirement("proto.sub-filter")
    void atTheBoundAFilterIsTakenAndOnePastItIsRefused() throws Exception {
        serve(Fixture.sessions().subscriptions(1).build());
        modern("subscriptions/listen", "'notifications':{'resourceSubscriptions':['a:b']}")
                .to(server.endpoint())
                .event();
        ProbeHttp refused =
                send(
                        modern(
                                "subscriptions/listen",
                                "'notifications':{'resourceSubscriptions':['a:b','a:c']}"));
        assertThat(refused.errorCode()).isEqualTo(ErrorCode.INVALID_PARAMS);
        assertThat(refused.responseBody).contains("the limit is 1", "got 2");
    }

    @Test
    @Requirement("R13")
    void aStreamThatIsOpenedWhileTheServerDrainsIsAcknowledgedAndEndsAtOnce() throws Exception {
        assertThat(server.drain(Duration.ofSeconds(1))).isTrue();
        ProbeHttp late =
                modern("subscriptions/listen", "'notifications':{'toolsListChanged':true}")
                        .to(server.endpoint());
        assertThat(late.event().data()).contains("notifications/subscriptions/acknowledged");
        assertThat(late.event().json().requireObject("result").toJson())
                .contains("\"io.modelcontextprotocol/subscriptionId\":1");
        late.awaitEnd();
        assertThat(server.listenStreams()).isZero();
    }

    @Test
    @Requirement("R19")
    void aCallThatRunsWhenTheServerClosesIsAnsweredInterrupted() throws Exception {
        server.close();
        CallLimits all = CallLimits.DEFAULTS;
        CallLimits oneEach = new CallLimits(10, 1, 10, all.callTimeout(), all.questionTimeout());
        server = fixture.builder().limits(Fixture.limits(oneEach)).build();
        ProbeHttp modern = modernCall("hold").to(server.endpoint());
        ProbeHttp legacy = post(session("2025-11-25"), call(1, "hold")).to(server.endpoint());
        fixture.entered.await();
        ProbeHttp waiting = modernCall("hold").to(server.endpoint());
        await().until(() -> server.inFlight() == 3 && server.waitingCalls() == 1);
        server.close();
        for (ProbeHttp cut : List.of(modern, legacy, waiting, send(modernCall("echo")))) {
            assertThat(cut.errorCode()).isEqualTo(ErrorCode.INTERRUPTED);
            assertThat(cut.status).isEqualTo(503);
            assertThat(cut.responseHeader("Retry-After")).isNotNull();
        }
    }

    @Test
    @Requirement({"R19", "security.sessions"})
    void aCallWhoseSessionEndsIsAnsweredInterruptedAndNotAsIfItWereANotification()
            throws Exception {
        String session = session("2025-11-25");
        ProbeHttp plain = post(session, call(1, "hold")).to(server.endpoint());
        ProbeHttp stream =
                post(
                                session,
                                "{'jsonrpc':'2.0','id':2,'method':'tools/call','params':{'name':"
                                        + "'tell','_meta':{'progressToken':1}}}")
                        .to(server.endpoint());
        assertThat(stream.event().data()).as("priming").isEmpty();
        assertThat(stream.event().data()).contains("notifications/progress");
        fixture.entered.await();
        send(ProbeHttp.delete().as("ann").with("Mcp-Session-Id", session));
        assertThat(plain.errorCode()).isEqualTo(ErrorCode.INTERRUPTED);
        assertThat(plain.status).isEqualTo(503);
        assertThat(stream.event().data()).contains("\"id\":2,\"error\":{\"code\":-31004");
        stream.awaitEnd();
        fixture.interrupted.await();
    }

    @Test
    @Requirement("security.sessions")
    void aSessionIsBoundToTheScopesOfItsPrincipal() throws Exception {
        server.close();
        server = fixture.builder().authenticator(Fixture.BY_NAME).build();
        String session =
                Objects.requireNonNull(
                        send(initialize("2025-11-25", "").as("ann", "read write"))
                                .responseHeader("Mcp-Session-Id"));
        assertThat(
                        send(ProbeHttp.post(call(1, "echo"))
                                        .as("ann", "read")
                                        .with("Mcp-Session-Id", session))
                                .status)
                .isEqualTo(404);
        assertThat(
                        send(ProbeHttp.post(call(1, "echo"))
                                        .as("ann", "write read")
                                        .with("Mcp-Session-Id", session))
                                .status)
                .isEqualTo(200);
    }

    @Test
    @Requirement("proto.batch")
    void anElementThatCannotBeReadIsRefusedAloneAndAHandshakeWithItsId() throws Exception {
        String batch =
                "[{'jsonrpc':'2.0','id':7,'id':8,'method':'ping'},"
                        + call(1, "echo")
                        + ",{'jsonrpc':'2.0','id':'i','method':'initialize','params':{}},[]]";
        ProbeHttp answer = send(post(session("2025-03-26"), batch));
        assertThat(answer.status).isEqualTo(200);
        assertThat(answer.responseBody)
                .startsWith("[")
                .contains("\"id\":1,\"result\"")
                .contains("\"id\":\"i\",\"error\":{\"code\":-32600");
        assertThat(answer.responseBody.split("-32600", -1)).hasSize(4);
    }

    @Test
    void acceptMayStandOnSeveralLines() throws Exception {
        ProbeHttp answer =
                post(
                                session("2025-11-25"),
                                "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'progress',"
                                    + "'_meta':{'progressToken':'t'}}}")
                        .without("Accept")
                        .with("Accept", "application/json")
                        .with("Accept", "text/event-stream");
        assertThat(send(answer).isStream).isTrue();
    }

    @Test
    @Requirement("security.modern")
    void aModernNotificationIsTakenButNotUnderAnotherName() throws Exception {
        String body = "{'jsonrpc':'2.0','method':'notifications/cancelled','params':{}}";
        assertThat(
                        send(ProbeHttp.post(body)
                                        .with("MCP-Protocol-Version", "2026-07-28")
                                        .with("Mcp-Method", "notifications/cancelled"))
                                .status)
                .isEqualTo(202);
        ProbeHttp wrong =
                send(
                        ProbeHttp.post(body)
                                .with("MCP-Protocol-Version", "2026-07-28")
                                .with("Mcp-Method", "tools/call"));
        assertThat(wrong.status).isEqualTo(400);
        assertThat(wrong.errorCode()).isEqualTo(ErrorCode.HEADER_MISMATCH);
    }

    @Test
    @Requirement("transport.sse.resume")
    void anEventIdThatWasNeverIssuedReplaysNothing() throws Exception {
        String session = session("2025-11-25");
        ProbeHttp stream =
                post(
                                session,
                                "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'progress',"
                                    + "'_meta':{'progressToken':'t'}}}")
                        .to(server.endpoint());
        String first = String.valueOf(stream.event().id());
        stream.awaitEnd();
        for (String id :
                new String[] {
                    first.substring(0, first.lastIndexOf('-')) + "-0",
                    first.replaceFirst("p1", "p2").replaceFirst("-[0-9]+$", "-0"),
                    first.replaceFirst("p1", "zz")
                }) {
            ProbeHttp resumed =
                    send(
                            ProbeHttp.get()
                                    .as("ann")
                                    .with("Mcp-Session-Id", session)
                                    .with("Last-Event-ID", id));
            assertThat(resumed.status).as(id).isEqualTo(400);
        }
    }

    @Test
    @Requirement("security.parsing")
    void refusalsNeitherEchoASessionIdNorNameAClass() throws Exception {
        String secret = session("2025-11-25");
        ProbeHttp[] wrong = {
            post(secret, "{'jsonrpc':'2.0','id':1,'method':'nope'}"),
            post(secret, "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':7}}"),
            post(secret, "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'x'}}"),
            post(
                    secret,
                    "{'jsonrpc':'2.0','id':1,'method':'resources/read','params':{'uri':'x:y'}}"),
            post(secret, "{'jsonrpc':'2.0','id':1,'method':'prompts/get','params':{'name':'x'}}"),
            post(secret, "{'jsonrpc':'2.0','id':1,'method':'logging/setLevel','params':{}}"),
            post(secret, "{'jsonrpc':'2.0','id':1,'method':'tools/list','params':{'cursor':'x'}}"),
            post(secret + "x", call(1, "echo")),
        };
        for (ProbeHttp request : wrong) {
            ProbeHttp answer = send(request);
            assertThat(answer.json().has("error")).isTrue();
            assertThat(answer.responseBody)
                    .doesNotContain(secret)
                    .doesNotContain("io.erlmcp")
                    .doesNotContain("java.")
                    .doesNotContain("Exception");
        }
        assertThat(wrong[6].errorCode()).isEqualTo(ErrorCode.INVALID_PARAMS);
    }
}
