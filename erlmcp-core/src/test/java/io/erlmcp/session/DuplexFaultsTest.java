package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a peer on a duplex connection may do wrong, and what must not come of it. */
@Requirement({"transport.stdio", "R17"})
class DuplexFaultsTest {
    private static final String MODERN =
            "'_meta':{'io.modelcontextprotocol/protocolVersion':'2026-07-28',"
                    + "'io.modelcontextprotocol/clientCapabilities':{}}";
    private static final String PING = "{'jsonrpc':'2.0','id':'p','method':'ping'}";

    @RegisterExtension final SideThreads threads = new SideThreads();

    private final Fixture fixture = new Fixture();
    private McpServer server = fixture.server();
    private ProbeConnection probe = new ProbeConnection(server.endpoint());

    @AfterEach
    void close() {
        fixture.release.countDown();
        server.close();
    }

    private void serve(SessionLimits limits) {
        server.close();
        server = fixture.builder().limits(Fixture.limits(limits)).build();
        probe = new ProbeConnection(server.endpoint());
    }

    private static long code(JsonObject message) {
        return message.object("error").flatMap(it -> it.integer("code")).orElse(0L);
    }

    private static String call(int id, String tool, String more) {
        return "{'jsonrpc':'2.0','id':"
                + id
                + ",'method':'tools/call','params':{'name':'"
                + tool
                + "'"
                + more
                + "}}";
    }

    @Test
    void whatCannotBeReadInANotificationOrAnswerIsIgnored() throws Exception {
        probe.initialize("2025-11-25", "{}");
        String[] strange = {
            "{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':1,'x':{'a':1,'a':2}}}",
            "{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':1e30}}",
            "{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':100e2147483647}}",
            "{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':1e99999999999}}",
            "{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':{}}}",
            "{'jsonrpc':'2.0','method':'notifications/cancelled'}",
            "{'jsonrpc':'2.0','method':'notifications/unheard/of','params':{'x':{'a':1,'a':1}}}",
            "{'jsonrpc':'2.0','id':99,'result':{}}",
            "{'jsonrpc':'2.0','id':99,'error':{'code':1,'message':'unknown id'}}",
        };
        for (String message : strange) {
            probe.say(message);
            assertThat(probe.ask(PING).has("result")).as(message).isTrue();
        }
    }

    @Test
    void anErrorThatIsNoneIsRefusedAndTheConnectionGoesOn() throws Exception {
        probe.initialize("2025-11-25", "{}");
        String[] strange = {
            "{'jsonrpc':'2.0','id':9,'error':{'code':1e30,'message':'too large a code'}}",
            "{'jsonrpc':'2.0','id':9,'error':{'code':4294967296,'message':'too large a code'}}",
            "{'jsonrpc':'2.0','id':9,'error':{'code':100e2147483647,'message':'m'}}",
            "{'jsonrpc':'2.0','id':9,'error':{'code':1,'code':2,'message':'twice'}}",
            "{'jsonrpc':'2.0','id':9,'error':7}",
            "{'jsonrpc':'2.0','id':9,'error':{'code':1,'message':'m'},'result':{}}",
        };
        for (String message : strange) {
            assertThat(code(probe.ask(message))).as(message).isEqualTo(ErrorCode.INVALID_REQUEST);
        }
    }

    @Test
    @Requirement("proto.batch")
    void aModernElementOfABatchIsRefusedAndTheOthersAreAnswered() throws Exception {
        probe.initialize("2025-03-26", "{}");
        probe.say("[" + call(1, "echo", "," + MODERN) + "," + call(2, "echo", "") + "]");
        assertThat(probe.hearRaw())
                .startsWith("[")
                .contains("\"id\":1,\"error\":{\"code\":-32600")
                .contains("\"id\":2,\"result\"");
        assertThat(probe.heardNothing()).isTrue();
    }

    @Test
    @Requirement("proto.batch")
    void aHandshakeInABatchIsRefusedWithItsId() throws Exception {
        probe.initialize("2025-03-26", "{}");
        probe.say("[{'jsonrpc':'2.0','id':'i','method':'initialize','params':{}}]");
        assertThat(probe.hearRaw()).startsWith("[{").contains("\"id\":\"i\"").contains("-32600");
    }

    @Test
    @Requirement("security.sessions")
    void anIdInProgressIsRefusedInTheOtherEraToo() throws Exception {
        probe.initialize("2025-11-25", "{}");
        probe.say(call(1, "hold", ""));
        fixture.entered.await();
        assertThat(code(probe.ask(call(1, "echo", "," + MODERN))))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        probe.say(call(2, "hold", "," + MODERN));
        await().until(() -> server.inFlight() == 2);
        assertThat(code(probe.ask(call(2, "echo", "")))).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void nothingIsToldBeforeTheClientIsInitialized() throws Exception {
        probe.ask(
                "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{'protocolVersion':'2025-11-25',"
                    + "'capabilities':{},'clientInfo':{'name':'p','version':'1'}}}");
        probe.ask(PING);
        server.tools().remove("both");
        assertThat(probe.heardNothing()).isTrue();
        probe.say("{'jsonrpc':'2.0','method':'notifications/initialized'}");
        server.tools().remove("greet");
        assertThat(probe.hear().requireString("method"))
                .isEqualTo("notifications/tools/list_changed");
    }

    @Test
    @Requirement("proto.elicitation")
    void aQuestionThatCannotBeAskedIsNotCountedAsOpen() throws Exception {
        serve(Fixture.sessions().questions(1).build());
        probe.initialize("2025-03-26", "{'elicitation':{}}");
        for (int i = 1; i <= 3; i++) {
            assertThat(code(probe.ask(call(i, "greet_again", ""))))
                    .isEqualTo(ErrorCode.INVALID_REQUEST);
        }
    }

    @Test
    @Requirement("transport.tcp")
    void aProducerWaitsAsLongAsTheTransportOfItsPeerSays() throws Exception {
        waitForSlowReader();
        assertThat(probe.limit).isEqualTo(SessionLimits.DEFAULTS.writeTimeout());
        Duration own = Duration.ofSeconds(70);
        probe = new ProbeConnection(server.endpoint(), own);
        waitForSlowReader();
        assertThat(probe.limit).isEqualTo(own);
    }

    private void waitForSlowReader() throws InterruptedException {
        probe.initialize("2025-11-25", "{'elicitation':{}}");
        assertThat(probe.ask(call(1, "greet_again", "")).requireString("method"))
                .isEqualTo("elicitation/create");
        await().until(() -> !probe.limit.isZero());
    }

    @Test
    @Requirement("proto.elicitation")
    void aQuestionWhoseCallIsCancelledWhileItIsSentIsNotCountedAsOpen() throws Exception {
        serve(Fixture.sessions().questions(1).build());
        probe.initialize("2025-11-25", "{'elicitation':{}}");
        CountDownLatch stalled = new CountDownLatch(1);
        probe.stalled = stalled;
        assertThat(probe.ask(call(1, "greet_again", "")).requireString("method"))
                .isEqualTo("elicitation/create");
        await().until(() -> probe.waiting.get() == 1);
        probe.say("{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':1}}");
        assertThat(probe.hear().requireString("method")).isEqualTo("notifications/cancelled");
        probe.stalled = null;
        stalled.countDown();
        assertThat(probe.ask(call(2, "greet_again", "")).requireString("method"))
                .isEqualTo("elicitation/create");
    }

    @Test
    @Requirement("proto.elicitation")
    void atTheBoundQuestionsAreAskedAndOnePastItTheyAreRefused() throws Exception {
        serve(Fixture.sessions().questions(2).build());
        probe.initialize("2025-11-25", "{'elicitation':{}}");
        probe.ask(call(1, "greet_again", ""));
        assertThat(probe.ask(call(2, "greet_again", "")).has("method")).isTrue();
        assertThat(code(probe.ask(call(3, "greet_again", "")))).isEqualTo(ErrorCode.OVERLOADED);
    }

    @Test
    @Requirement({"proto.elicitation", "proto.timeouts"})
    void aQuestionThatIsNotAnsweredInTimeIsTakenBackAndFailsTheCall() throws Exception {
        server.close();
        server =
                fixture.builder()
                        .limits(Fixture.limits(Fixture.questionTimeout(Duration.ofMillis(30))))
                        .build();
        probe = new ProbeConnection(server.endpoint());
        probe.initialize("2025-11-25", "{'elicitation':{}}");
        JsonObject question = probe.ask(call(1, "greet_again", ""));
        JsonObject takenBack = probe.hear();
        assertThat(takenBack.requireString("method")).isEqualTo("notifications/cancelled");
        assertThat(takenBack.requireObject("params").integer("requestId"))
                .isEqualTo(question.integer("id"));
        JsonObject answer = probe.hear();
        assertThat(code(answer)).isEqualTo(ErrorCode.DEADLINE_EXCEEDED);
        assertThat(answer.toJson()).contains("30 ms");
        probe.say(
                "{'jsonrpc':'2.0','id':"
                        + question.integer("id").orElseThrow()
                        + ",'result':{'action':'cancel'}}");
        assertThat(probe.ask(PING).has("result")).isTrue();
    }

    @Test
    @Requirement("proto.elicitation")
    void whenOneOfSeveralQuestionsIsRefusedTheOthersAreTakenBack() throws Exception {
        probe.initialize("2025-11-25", "{'elicitation':{},'sampling':{}}");
        JsonObject first = probe.ask(call(1, "both", ""));
        JsonObject second = probe.hear();
        probe.say(
                "{'jsonrpc':'2.0','id':"
                        + first.integer("id").orElseThrow()
                        + ",'error':{'code':-1,'message':'no'}}");
        JsonObject takenBack = probe.hear();
        assertThat(takenBack.requireString("method")).isEqualTo("notifications/cancelled");
        assertThat(takenBack.requireObject("params").integer("requestId"))
                .isEqualTo(second.integer("id"));
        assertThat(code(probe.hear())).isEqualTo(-1);
    }

    @Test
    @Requirement("proto.sub-filter")
    void atTheBoundASubscriptionIsTakenAndOnePastItIsRefused() throws Exception {
        serve(Fixture.sessions().subscriptions(2).build());
        probe.initialize("2025-11-25", "{}");
        String subscribe =
                "{'jsonrpc':'2.0','id':1,'method':'resources/subscribe','params':{'uri':'test://%s'}}";
        assertThat(probe.ask(subscribe.formatted("a")).has("result")).isTrue();
        assertThat(probe.ask(subscribe.formatted("b")).has("result")).isTrue();
        assertThat(probe.ask(subscribe.formatted("b")).has("result")).isTrue();
        JsonObject refused = probe.ask(subscribe.formatted("c"));
        assertThat(code(refused)).isEqualTo(ErrorCode.INVALID_PARAMS);
        assertThat(refused.toJson()).contains("the limit is 2");
        server.resourceUpdated("test://c");
        server.resourceUpdated("test://b");
        assertThat(probe.hear().toJson()).contains("test://b");
    }

    @Test
    @Requirement("R28")
    void aUriThatIsTooLongIsNotKept() throws Exception {
        probe.initialize("2025-11-25", "{}");
        String subscribe =
                "{'jsonrpc':'2.0','id':1,'method':'resources/subscribe','params':{'uri':'%s'}}";
        String longest = "x".repeat(SessionLimits.DEFAULTS.kept().maxUriChars());
        assertThat(probe.ask(subscribe.formatted(longest)).has("result")).isTrue();
        assertThat(code(probe.ask(subscribe.formatted(longest + "x"))))
                .isEqualTo(ErrorCode.INVALID_PARAMS);
    }

    @Test
    void pingIsAnsweredWhileTheServerDrains() throws Exception {
        probe.initialize("2025-11-25", "{}");
        probe.say(call(1, "hold", ""));
        fixture.entered.await();
        FutureTask<Boolean> drained =
                threads.call("drains", () -> server.drain(Duration.ofSeconds(30)));
        assertThat(probe.ask(PING).has("result")).isTrue();
        fixture.release.countDown();
        assertThat(probe.hear().integer("id")).contains(1L);
        assertThat(drained.get()).isTrue();
    }

    @Test
    @Requirement("R19")
    void aCallThatRunsWhenTheServerClosesIsAnsweredInterrupted() throws Exception {
        probe.initialize("2025-11-25", "{}");
        probe.say(call(1, "hold", ""));
        fixture.entered.await();
        server.close();
        JsonObject answer = probe.hear();
        assertThat(answer.integer("id")).contains(1L);
        assertThat(code(answer)).isEqualTo(ErrorCode.INTERRUPTED);
        fixture.interrupted.await();
        assertThat(code(probe.ask(call(2, "hold", "," + MODERN)))).isEqualTo(ErrorCode.INTERRUPTED);
    }
}
