package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Requirement("transport.http")
class LegacyHttpTest {
    private final Fixture fixture = new Fixture();
    private McpServer server = fixture.server();

    @AfterEach
    void close() {
        fixture.release.countDown();
        server.close();
    }

    private String initialize(String revision) throws InterruptedException {
        ProbeHttp answer =
                ProbeHttp.post(initializeBody(revision)).as("ann").to(server.endpoint()).answer();
        assertThat(answer.status).isEqualTo(200);
        return Objects.requireNonNull(answer.responseHeader("Mcp-Session-Id"));
    }

    private static String initializeBody(String revision) {
        return "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{'protocolVersion':'"
                + revision
                + "','capabilities':{'elicitation':{},'sampling':{}},'clientInfo':{'name':'p','version':'1'}}}";
    }

    private ProbeHttp post(String session, String body) {
        return ProbeHttp.post(body).as("ann").with("Mcp-Session-Id", session).to(server.endpoint());
    }

    private static String call(int id, String tool) {
        return "{'jsonrpc':'2.0','id':"
                + id
                + ",'method':'tools/call','params':{'name':'"
                + tool
                + "'}}";
    }

    @Test
    void aSessionIdHasAtLeast128RandomBits() throws Exception {
        String one = initialize("2025-11-25");
        String two = initialize("2025-11-25");
        assertThat(one).isNotEqualTo(two).hasSizeGreaterThanOrEqualTo(22).matches("[\\x21-\\x7e]+");
    }

    @Test
    void anUnknownOfferIsCounteredWithOurNewestHandshake() throws Exception {
        for (String offer : new String[] {"2026-07-28", "1999-01-01", ""}) {
            JsonObject answer = ProbeHttp.post(initializeBody(offer)).to(server.endpoint()).json();
            assertThat(answer.requireObject("result").requireString("protocolVersion"))
                    .isEqualTo("2025-11-25");
        }
    }

    @Test
    void eachLegacyRevisionIsGrantedAsOffered() throws Exception {
        for (String offer : new String[] {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"}) {
            JsonObject answer = ProbeHttp.post(initializeBody(offer)).to(server.endpoint()).json();
            assertThat(answer.requireObject("result").requireString("protocolVersion"))
                    .isEqualTo(offer);
        }
    }

    @Test
    @Requirement("security.sessions")
    void aMissingSessionIdIs400AndAnUnknownOneIs404() throws Exception {
        assertThat(ProbeHttp.post(call(1, "echo")).to(server.endpoint()).answer().status)
                .isEqualTo(400);
        assertThat(post("never-issued", call(1, "echo")).answer().status).isEqualTo(404);
    }

    @Test
    @Requirement("security.sessions")
    void aForeignSessionIsAsUnknownAsOneNeverIssued() throws Exception {
        server.close();
        server = fixture.builder().authenticator(Fixture.BY_NAME).build();
        String session = initialize("2025-11-25");
        ProbeHttp foreign =
                ProbeHttp.post(call(1, "echo")).as("bob").with("Mcp-Session-Id", session);
        ProbeHttp unknown =
                ProbeHttp.post(call(1, "echo")).as("bob").with("Mcp-Session-Id", "never-issued");
        foreign.to(server.endpoint()).answer();
        unknown.to(server.endpoint()).answer();
        assertThat(foreign.status).isEqualTo(404).isEqualTo(unknown.status);
        assertThat(foreign.responseBody).isEqualTo(unknown.responseBody);
        assertThat(post(session, call(1, "echo")).answer().status).isEqualTo(200);
    }

    @Test
    @Requirement("security.sessions")
    void authenticationComesBeforeAnySession() throws Exception {
        server.close();
        server = fixture.builder().authenticator(Fixture.BY_NAME).build();
        ProbeHttp nobody = ProbeHttp.post(call(1, "echo")).with("Mcp-Session-Id", "never-issued");
        assertThat(nobody.to(server.endpoint()).answer().status).isEqualTo(401);
        assertThat(nobody.responseHeader("WWW-Authenticate")).isEqualTo("Bearer");
    }

    @Test
    void aPlainCallIsAnsweredWithOneDocument() throws Exception {
        ProbeHttp answer = post(initialize("2025-11-25"), call(7, "hold"));
        fixture.release.countDown();
        assertThat(answer.json().integer("id")).contains(7L);
        assertThat(answer.isStream).isFalse();
    }

    @Test
    @Requirement("proto.streaming")
    void progressTurnsTheAnswerIntoAStreamWithAPrimingEvent() throws Exception {
        String session = initialize("2025-11-25");
        ProbeHttp answer =
                post(
                        session,
                        "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'progress','_meta"
                            + "':{'progressToken':'t'}}}");
        ProbeHttp.Event priming = answer.event();
        assertThat(priming.data()).isEmpty();
        assertThat(priming.id()).isNotNull();
        assertThat(answer.event().json().requireObject("params").integer("progress")).contains(1L);
        assertThat(answer.event().json().requireObject("params").integer("progress")).contains(2L);
        assertThat(answer.event().json().integer("id")).contains(1L);
        answer.awaitEnd();
    }

    @Test
    void olderSessionsGetNoPrimingEvent() throws Exception {
        ProbeHttp answer =
                post(
                        initialize("2025-06-18"),
                        "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'progress','_meta"
                            + "':{'progressToken':'t'}}}");
        assertThat(answer.event().data()).contains("notifications/progress");
    }

    @Test
    void aQuestionGoesOutOnTheCallsStreamAndItsAnswerComesByPost() throws Exception {
        String session = initialize("2025-11-25");
        ProbeHttp answer = post(session, call(1, "both"));
        answer.event();
        ProbeHttp.Event first = answer.event();
        ProbeHttp.Event second = answer.event();
        for (ProbeHttp.Event question : new ProbeHttp.Event[] {first, second}) {
            String result =
                    question.data().contains("elicitation/create")
                            ? "{'action':'accept','content':{'name':'Bo'}}"
                            : "{'role':'assistant','content':{'type':'text','text':'Rome'},'model':'m'}";
            long id = question.json().integer("id").orElseThrow();
            assertThat(
                            post(
                                            session,
                                            "{'jsonrpc':'2.0','id':"
                                                    + id
                                                    + ",'result':"
                                                    + result
                                                    + "}")
                                    .answer()
                                    .status)
                    .isEqualTo(202);
        }
        assertThat(answer.event().data()).contains("form,model");
    }

    @Test
    @Requirement("security.sessions")
    void anAnswerFromAnotherSessionIsNotTaken() throws Exception {
        String session = initialize("2025-11-25");
        String other = initialize("2025-11-25");
        ProbeHttp answer = post(session, call(1, "greet_again"));
        answer.event();
        long id = answer.event().json().integer("id").orElseThrow();
        String forged =
                "{'jsonrpc':'2.0','id':"
                        + id
                        + ",'result':{'action':'accept','content':{'name':'Eve'}}}";
        post(other, forged).answer();
        post(session, forged.replace("Eve", "Ann")).answer();
        assertThat(answer.event().data()).contains("Ann").doesNotContain("Eve");
    }

    @Test
    void leavingDoesNotCancelButSayingSoDoes() throws Exception {
        String session = initialize("2025-11-25");
        ProbeHttp answer = post(session, call(1, "hold"));
        fixture.entered.await();
        answer.disconnect();
        assertThat(fixture.interrupted.getCount()).isEqualTo(1);
        post(
                        session,
                        "{'jsonrpc':'2.0','method':'notifications/cancelled','params':{'requestId':1}}")
                .answer();
        fixture.interrupted.await();
        assertThat(answer.answer().status).isEqualTo(202);
    }

    @Test
    @Requirement("security.sessions")
    void anIdInUseIsRefused() throws Exception {
        String session = initialize("2025-11-25");
        ProbeHttp first = post(session, call(1, "hold"));
        fixture.entered.await();
        assertThat(post(session, call(1, "echo")).errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST);
        fixture.release.countDown();
        assertThat(first.json().has("result")).isTrue();
        assertThat(post(session, call(1, "echo")).json().has("result")).isTrue();
    }

    @Test
    @Requirement("transport.sse.resume")
    void aReleasedCallIsResumedByItsLastEventIdAndMissesNothing() throws Exception {
        String session = initialize("2025-11-25");
        ProbeHttp answer = post(session, call(1, "release"));
        ProbeHttp.Event priming = answer.event();
        answer.awaitEnd();
        assertThat(answer.retry).hasMillis(300);
        ProbeHttp resumed = resume(session, String.valueOf(priming.id()));
        fixture.release.countDown();
        assertThat(resumed.event().data()).contains("after all");
        resumed.awaitEnd();
    }

    @Test
    @Requirement({"transport.sse.resume", "transport.sse.store", "security.sessions"})
    void aStreamThatEndedIsReplayedFromTheLogAndOnlyThatStream() throws Exception {
        String session = initialize("2025-11-25");
        String body =
                "{'jsonrpc':'2.0','id':%d,'method':'tools/call','params':{'name':'progress','_met"
                        + "a':{'progressToken':'t%d'}}}";
        ProbeHttp one = post(session, body.formatted(1, 1));
        String first = String.valueOf(one.event().id());
        one.awaitEnd();
        ProbeHttp two = post(session, body.formatted(2, 2));
        two.awaitEnd();
        ProbeHttp again = resume(session, first);
        again.awaitEnd();
        assertThat(again.event().data()).contains("\"t1\"");
        assertThat(again.event().data()).contains("\"t1\"");
        assertThat(again.event().json().integer("id")).contains(1L);
        assertThat(again.hasNoEvent()).isTrue();
    }

    private ProbeHttp resume(String session, String lastEventId) {
        return ProbeHttp.get()
                .as("ann")
                .with("Mcp-Session-Id", session)
                .with("Last-Event-ID", lastEventId)
                .to(server.endpoint());
    }

    @Test
    @Requirement("transport.sse.resume")
    void aResumeThatTheLogCannotServeIsAnExplicitError() throws Exception {
        String session = initialize("2025-11-25");
        for (String id :
                new String[] {
                    "nonsense", "p1-zzz-1", "p9-" + "a".repeat(200) + "-1", "g-0-99999"
                }) {
            ProbeHttp answer = resume(session, id).answer();
            assertThat(answer.status).as(id).isEqualTo(400);
            assertThat(answer.responseBody).contains("Last-Event-ID");
        }
    }

    @Test
    void subscribersHearOfUpdatesOnTheirStream() throws Exception {
        String session = initialize("2025-11-25");
        ProbeHttp stream =
                ProbeHttp.get().as("ann").with("Mcp-Session-Id", session).to(server.endpoint());
        stream.event();
        post(
                        session,
                        "{'jsonrpc':'2.0','id':1,'method':'resources/subscribe','params':{'uri':'test://one'}}")
                .answer();
        server.resourceUpdated("test://other");
        server.resourceUpdated("test://one");
        assertThat(stream.event().data())
                .contains("notifications/resources/updated")
                .contains("test://one");
        post(
                        session,
                        "{'jsonrpc':'2.0','id':2,'method':'resources/unsubscribe','params':{'uri':'test://one'}}")
                .answer();
        server.resourceUpdated("test://one");
        server.tools().remove("echo");
        assertThat(stream.event().data()).contains("notifications/tools/list_changed");
    }

    @Test
    void deleteEndsTheSessionAndItsStreams() throws Exception {
        String session = initialize("2025-11-25");
        ProbeHttp stream =
                ProbeHttp.get().as("ann").with("Mcp-Session-Id", session).to(server.endpoint());
        assertThat(
                        ProbeHttp.delete()
                                .as("ann")
                                .with("Mcp-Session-Id", session)
                                .to(server.endpoint())
                                .answer()
                                .status)
                .isEqualTo(204);
        stream.awaitEnd();
        assertThat(post(session, call(1, "echo")).answer().status).isEqualTo(404);
        await().until(() -> server.openSessions() == 0);
    }

    @Test
    @Requirement("proto.batch")
    void batchesAreAnsweredAsOneIn20250326AndRefusedElsewhere() throws Exception {
        String batch =
                "["
                        + call(1, "echo")
                        + ",{'jsonrpc':'2.0','method':'notifications/x'},"
                        + call(2, "hold")
                        + "]";
        fixture.release.countDown();
        ProbeHttp answer = post(initialize("2025-03-26"), batch).answer();
        assertThat(answer.responseBody)
                .startsWith("[")
                .contains("\"id\":1")
                .contains("\"id\":2")
                .contains("released");
        assertThat(post(initialize("2025-11-25"), batch).errorCode())
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        ProbeHttp silent =
                post(initialize("2025-03-26"), "[{'jsonrpc':'2.0','method':'notifications/x'}]");
        assertThat(silent.answer().status).isEqualTo(202);
        assertThat(post(initialize("2025-03-26"), "[]").errorCode())
                .isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void contentTypesAreChecked() throws Exception {
        String body = initializeBody("2025-11-25");
        assertThat(
                        ProbeHttp.post(body)
                                .without("Content-Type")
                                .with("Content-Type", "text/plain")
                                .to(server.endpoint())
                                .answer()
                                .status)
                .isEqualTo(415);
        assertThat(
                        ProbeHttp.post(body)
                                .without("Accept")
                                .with("Accept", "text/html")
                                .to(server.endpoint())
                                .answer()
                                .status)
                .isEqualTo(406);
        assertThat(
                        ProbeHttp.post(body)
                                .without("Content-Type")
                                .with("Content-Type", "application/json; charset=utf-8")
                                .to(server.endpoint())
                                .answer()
                                .status)
                .isEqualTo(200);
    }

    @Test
    void aVersionHeaderThatIsNoneOfOursIs400() throws Exception {
        String session = initialize("2025-11-25");
        ProbeHttp answer =
                ProbeHttp.post(call(1, "echo"))
                        .as("ann")
                        .with("Mcp-Session-Id", session)
                        .with("MCP-Protocol-Version", "1900-01-01")
                        .to(server.endpoint());
        assertThat(answer.answer().status).isEqualTo(400);
    }
}
