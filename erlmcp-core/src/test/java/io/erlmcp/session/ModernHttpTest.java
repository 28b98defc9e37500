package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.dispatch.CallLimits;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.server.McpServer;
import io.erlmcp.server.ServerLimits;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Requirement("transport.http")
class ModernHttpTest {
    private static final String META =
            "'_meta':{'io.modelcontextprotocol/protocolVersion':'2026-07-28',"
                + "'io.modelcontextprotocol/clientCapabilities':{'elicitation':{},'sampling':{}}%s}";

    private final Fixture fixture = new Fixture();
    private McpServer server = fixture.server();

    @AfterEach
    void close() {
        fixture.release.countDown();
        server.close();
    }

    private static String bare(String version) {
        return "'_meta':{'io.modelcontextprotocol/protocolVersion':'"
                + version
                + "','io.modelcontextprotocol/clientCapabilities':{}}";
    }

    private static String params(String more, String members) {
        return "{" + members + (members.isEmpty() ? "" : ",") + META.formatted(more) + "}";
    }

    private ProbeHttp request(String method, String members) {
        return request(method, members, "");
    }

    private ProbeHttp request(String method, String members, String moreMeta) {
        return ProbeHttp.post(
                        "{'jsonrpc':'2.0','id':1,'method':'"
                                + method
                                + "','params':"
                                + params(moreMeta, members)
                                + "}")
                .with("MCP-Protocol-Version", "2026-07-28")
                .with("Mcp-Method", method);
    }

    private ProbeHttp call(String tool, String more) {
        return request("tools/call", "'name':'" + tool + "'" + more).with("Mcp-Name", tool);
    }

    private ProbeHttp send(ProbeHttp request) throws InterruptedException {
        return request.to(server.endpoint()).answer();
    }

    @Test
    void aRequestNeedsNoHandshake() throws Exception {
        JsonObject result = send(call("echo", "")).json().requireObject("result");
        assertThat(result.requireString("resultType")).isEqualTo("complete");
        assertThat(result.requireObject("_meta").has("io.modelcontextprotocol/serverInfo"))
                .isTrue();
    }

    @Test
    void removedAndUnknownMethodsAre404() throws Exception {
        for (String method :
                new String[] {
                    "initialize", "ping", "logging/setLevel", "resources/subscribe", "nope"
                }) {
            ProbeHttp answer = send(request(method, ""));
            assertThat(answer.status).as(method).isEqualTo(404);
            assertThat(answer.errorCode()).isEqualTo(ErrorCode.METHOD_NOT_FOUND);
        }
    }

    @Test
    @Requirement("security.modern")
    void headersMustSayWhatTheBodySays() throws Exception {
        ProbeHttp[] wrong = {
            call("echo", "").without("MCP-Protocol-Version"),
            call("echo", "")
                    .without("MCP-Protocol-Version")
                    .with("MCP-Protocol-Version", "2025-11-25"),
            call("echo", "").without("Mcp-Method"),
            call("echo", "").without("Mcp-Method").with("Mcp-Method", "tools/list"),
            call("echo", "").without("Mcp-Name"),
            call("echo", "").without("Mcp-Name").with("Mcp-Name", "Echo"),
            call("echo", "").with("Mcp-Name", "echo"),
            call("echo", "").without("Mcp-Name").with("Mcp-Name", "=?base64?!!?="),
        };
        for (ProbeHttp request : wrong) {
            ProbeHttp answer = send(request);
            assertThat(answer.status).as(answer.responseBody).isEqualTo(400);
            assertThat(answer.errorCode()).isEqualTo(ErrorCode.HEADER_MISMATCH);
        }
        assertThat(
                        send(call("echo", "")
                                        .without("Mcp-Name")
                                        .with("Mcp-Name", "=?base64?ZWNobw==?="))
                                .status)
                .isEqualTo(200);
    }

    @Test
    void anUnsupportedVersionSaysWhatIsSupported() throws Exception {
        ProbeHttp answer =
                send(
                        ProbeHttp.post(
                                        "{'jsonrpc':'2.0','id':'x','method':'tools/list','params':{"
                                                + bare("v999")
                                                + "}}")
                                .with("MCP-Protocol-Version", "v999")
                                .with("Mcp-Method", "tools/list"));
        assertThat(answer.status).isEqualTo(400);
        JsonObject error = answer.json().requireObject("error");
        assertThat(error.integer("code")).contains((long) ErrorCode.UNSUPPORTED_PROTOCOL_VERSION);
        assertThat(error.requireObject("data").toJson())
                .isEqualTo("{\"supported\":[\"2026-07-28\"],\"requested\":\"v999\"}");
    }

    @Test
    void aMissingEnvelopeIs400WithInvalidParams() throws Exception {
        ProbeHttp answer =
                send(
                        ProbeHttp.post("{'jsonrpc':'2.0','id':1,'method':'tools/list'}")
                                .with("MCP-Protocol-Version", "2026-07-28")
                                .with("Mcp-Method", "tools/list"));
        assertThat(answer.status).isEqualTo(400);
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.INVALID_PARAMS);
    }

    @Test
    void batchesResponsesGetAndDeleteAreRefused() throws Exception {
        ProbeHttp batch =
                ProbeHttp.post(
                        "["
                                + "{'jsonrpc':'2.0','id':1,'method':'tools/list','params':"
                                + params("", "")
                                + "}]");
        assertThat(send(batch).errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST);
        ProbeHttp response =
                ProbeHttp.post("{'jsonrpc':'2.0','id':1,'result':{}}")
                        .with("MCP-Protocol-Version", "2026-07-28");
        assertThat(send(response).status).isEqualTo(400);
        assertThat(send(ProbeHttp.get().with("MCP-Protocol-Version", "2026-07-28")).status)
                .isEqualTo(405);
        assertThat(send(ProbeHttp.delete().with("MCP-Protocol-Version", "2026-07-28")).status)
                .isEqualTo(405);
    }

    @Test
    @Requirement("proto.elicitation")
    void aHandlerIsReplayedUntilAllQuestionsAreAnsweredAndOnceRunsOnce() throws Exception {
        JsonObject first = send(call("greet", "")).json().requireObject("result");
        assertThat(first.requireString("resultType")).isEqualTo("input_required");
        assertThat(first.requireObject("inputRequests").keys()).containsExactly("who");
        JsonObject second =
                send(retry("greet", first, "{'who':{'action':'accept','content':{'name':'Ann'}}}"))
                        .json()
                        .requireObject("result");
        assertThat(second.requireObject("inputRequests").keys()).containsExactly("where");
        JsonObject last =
                send(retry(
                                "greet",
                                second,
                                "{'where':{'action':'accept','content':{'name':'Rome'}}}"))
                        .json()
                        .requireObject("result");
        assertThat(last.toJson()).contains("1 Ann Rome");
        assertThat(fixture.runs).hasValue(3);
        assertThat(fixture.once).hasValue(1);
    }

    private ProbeHttp retry(String tool, JsonObject asked, String responses) {
        return call(
                tool,
                ",'requestState':'"
                        + asked.requireString("requestState")
                        + "','inputResponses':"
                        + responses);
    }

    private static final String ANSWER = "{'who':{'action':'accept','content':{'name':'Ann'}}}";

    @Test
    @Requirement("security.modern")
    void aStateOpensForTheSameCallerMethodAndParamsOnly() throws Exception {
        server.close();
        server = fixture.builder().authenticator(Fixture.BY_NAME).build();
        String ann = "ann write read";
        ProbeHttp question = send(call("greet_again", "").as("ann read write"));
        JsonObject asked = question.json().requireObject("result");
        String state = asked.requireString("requestState");
        JsonObject changed = asked.with("requestState", state + "-TAMPERED");
        String other = ",'arguments':{'a':1},'requestState':'" + state + "','inputResponses':";
        for (ProbeHttp request :
                List.of(
                        retry("greet_again", asked, ANSWER).as("bob read write"),
                        retry("greet_again", asked, ANSWER).as("ann read"),
                        retry("greet", asked, ANSWER).as(ann),
                        retry("greet_again", changed, ANSWER).as(ann),
                        call("greet_again", other + ANSWER).as(ann))) {
            assertThat(send(request).errorCode()).isEqualTo(ErrorCode.INVALID_PARAMS);
        }
        assertThat(send(retry("greet_again", asked, ANSWER).as(ann)).json().has("result")).isTrue();
    }

    @Test
    @Requirement("security.modern")
    void aStateOfACallThatIsNotIdempotentOpensOnce() throws Exception {
        JsonObject asked = send(call("greet", "")).json().requireObject("result");
        assertThat(send(retry("greet", asked, ANSWER)).json().has("result")).isTrue();
        assertThat(send(retry("greet", asked, ANSWER)).errorCode())
                .isEqualTo(ErrorCode.INVALID_PARAMS);
        JsonObject again = send(call("greet_again", "")).json().requireObject("result");
        assertThat(send(retry("greet_again", again, ANSWER)).json().has("result")).isTrue();
        assertThat(send(retry("greet_again", again, ANSWER)).json().has("result")).isTrue();
    }

    @Test
    @Requirement("security.modern")
    void anExpiredStateIsRefused() throws Exception {
        server.close();
        ServerLimits all = ServerLimits.DEFAULTS;
        server =
                fixture.builder()
                        .limits(
                                new ServerLimits(
                                        all.calls(),
                                        all.sessions(),
                                        all.catalogs(),
                                        Duration.ofMillis(1)))
                        .build();
        JsonObject asked = send(call("greet_again", "")).json().requireObject("result");
        await().pollInterval(Duration.ofMillis(2))
                .untilAsserted(
                        () -> {
                            ProbeHttp late = send(retry("greet_again", asked, ANSWER));
                            assertThat(late.responseBody).contains("expired");
                        });
    }

    @Test
    void aMissingOrExtraAnswerAsksAgainAndAMalformedOneIsAnError() throws Exception {
        JsonObject asked = send(call("greet_again", "")).json().requireObject("result");
        JsonObject again =
                send(retry(
                                "greet_again",
                                asked,
                                "{'other':{'action':'accept','content':{'name':'x'}}}"))
                        .json()
                        .requireObject("result");
        assertThat(again.requireString("resultType")).isEqualTo("input_required");
        for (String malformed :
                new String[] {"7", "null", "'x'", "{'action':'maybe'}", "{'action':'accept'}"}) {
            ProbeHttp answer = send(retry("greet_again", asked, "{'who':" + malformed + "}"));
            assertThat(answer.errorCode()).as(malformed).isEqualTo(ErrorCode.INVALID_PARAMS);
        }
    }

    @Test
    void whatTheClientDidNotDeclareIsNotAsked() throws Exception {
        ProbeHttp bare =
                ProbeHttp.post(
                                "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'greet_again',"
                                        + bare("2026-07-28")
                                        + "}}")
                        .with("MCP-Protocol-Version", "2026-07-28")
                        .with("Mcp-Method", "tools/call")
                        .with("Mcp-Name", "greet_again");
        ProbeHttp answer = send(bare);
        assertThat(answer.status).isEqualTo(400);
        JsonObject error = answer.json().requireObject("error");
        assertThat(error.integer("code")).contains((long) ErrorCode.MISSING_CLIENT_CAPABILITY);
        assertThat(error.toJson()).contains("\"requiredCapabilities\":{\"elicitation\":{}}");
    }

    @Test
    @Requirement({"proto.sub-filter", "R13"})
    void aListenStreamIsAcknowledgedFilteredAndEndsGracefully() throws Exception {
        ProbeHttp stream =
                request(
                                "subscriptions/listen",
                                "'notifications':{'toolsListChanged':true,'resourceSubscriptions':['test://one']}")
                        .to(server.endpoint());
        JsonObject acknowledged = stream.event().json();
        assertThat(acknowledged.requireString("method"))
                .isEqualTo("notifications/subscriptions/acknowledged");
        assertThat(acknowledged.toJson()).contains("\"io.modelcontextprotocol/subscriptionId\":1");
        server.prompts().remove("none");
        server.resourceUpdated("test://two");
        server.resourceUpdated("test://one");
        assertThat(stream.event().data()).contains("test://one").contains("subscriptionId\":1");
        assertThat(server.drain(Duration.ofSeconds(5))).isTrue();
        assertThat(stream.event().json().requireObject("result").toJson())
                .contains("subscriptionId\":1");
        stream.awaitEnd();
        assertThat(server.listenStreams()).isZero();
    }

    @Test
    @Requirement("security.modern")
    void leavingCancelsTheCallAndEndsTheListenStream() throws Exception {
        ProbeHttp held = call("hold", "").to(server.endpoint());
        fixture.entered.await();
        held.disconnect();
        fixture.interrupted.await();
        ProbeHttp stream =
                request("subscriptions/listen", "'notifications':{}").to(server.endpoint());
        stream.event();
        assertThat(server.listenStreams()).isEqualTo(1);
        stream.disconnect();
        assertThat(server.listenStreams()).isZero();
    }

    @Test
    void aCallIsAnsweredAtItsDeadlineAndItsThreadCountedUntilItStops() throws Exception {
        server.close();
        server =
                fixture.builder()
                        .limits(
                                Fixture.limits(
                                        Fixture.callTimeout(Duration.ofMillis(50)),
                                        SessionLimits.DEFAULTS))
                        .build();
        ProbeHttp answer = send(call("deaf", ""));
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(answer.responseBody).contains("50 ms");
        await().until(() -> server.abandonedCalls() == 1);
        assertThat(server.inFlight()).isZero();
        fixture.release.countDown();
        await().until(() -> server.abandonedCalls() == 0);
    }

    @Test
    @Requirement("transport.http.inflight")
    void callsOverACallersShareWaitAndWhoComesAfterTheWaitingIsRefused() throws Exception {
        server.close();
        CallLimits tight = new CallLimits(10, 1, 1, Duration.ofSeconds(30), Duration.ofSeconds(30));
        server = fixture.builder().limits(Fixture.limits(tight, SessionLimits.DEFAULTS)).build();
        ProbeHttp running = call("hold", "").to(server.endpoint());
        fixture.entered.await();
        ProbeHttp waiting = call("hold", "").to(server.endpoint());
        await().until(() -> server.waitingCalls() == 1);
        ProbeHttp refused = send(call("hold", ""));
        assertThat(refused.status).isEqualTo(429);
        assertThat(refused.responseHeader("Retry-After")).isNotNull();
        assertThat(refused.errorCode()).isEqualTo(ErrorCode.OVERLOADED);
        fixture.release.countDown();
        assertThat(running.json().has("result")).isTrue();
        assertThat(waiting.json().has("result")).isTrue();
    }

    @Test
    @Requirement("security.parsing")
    void aBugIsOpaqueToThePeer() throws Exception {
        ProbeHttp answer = send(call("break", ""));
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.INTERNAL_ERROR);
        assertThat(answer.responseBody)
                .contains("correlationId")
                .doesNotContain("secret")
                .doesNotContain("Exception")
                .doesNotContain("io.erlmcp");
    }

    @Test
    void whatIsNoJsonIsAParseErrorAndWhatIsNoMessageAnInvalidRequest() throws Exception {
        assertThat(send(ProbeHttp.post("{nope")).errorCode()).isEqualTo(ErrorCode.PARSE_ERROR);
        for (String body :
                new String[] {
                    "7",
                    "'x'",
                    "{}",
                    "{'jsonrpc':'1.0','id':1,'method':'x'}",
                    "{'jsonrpc':'2.0','id':1,'method':7}",
                    "{'jsonrpc':'2.0','id':null,'method':'x'}",
                    "{'jsonrpc':'2.0','id':1.5,'method':'x'}",
                    "{'jsonrpc':'2.0','id':1,'method':'x','params':[]}"
                }) {
            ProbeHttp answer = send(ProbeHttp.post(body));
            assertThat(answer.status).as(body).isEqualTo(400);
            assertThat(answer.errorCode()).as(body).isEqualTo(ErrorCode.INVALID_REQUEST);
        }
    }
}
