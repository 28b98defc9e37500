package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.dispatch.CallLimits;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.Event;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One caller does not take the streams of HTTP+SSE from all others. */
@Requirement({"R28", "transport.sse", "security.operations"})
class SsePeerCapsTest {
    private static final String INITIALIZE =
            "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{'protocolVersion':"
                    + "'2024-11-05','capabilities':{},'clientInfo':{'name':'p','version':'1'}}}";
    private static final String PING = "{'jsonrpc':'2.0','id':1,'method':'ping'}";
    private static final Duration UNSTARTED = Duration.ofSeconds(7);
    private static final Duration UNUSED = SessionLimits.DEFAULTS.caps().unused();

    private final ManualTime time = new ManualTime();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final Fixture fixture = new Fixture();
    private final McpServer server =
            fixture.builder()
                    .authenticator(Fixture.BY_NAME)
                    .limits(
                            Fixture.limits(
                                    CallLimits.DEFAULTS,
                                    Fixture.sessions()
                                            .caps(4, 2, 100)
                                            .streamsPerCaller(3)
                                            .initializeTimeout(UNSTARTED)
                                            .build()))
                    .time(time)
                    .observer(events::add)
                    .build();

    @AfterEach
    void close() {
        fixture.release.countDown();
        server.close();
    }

    private ProbeHttp stream(String user) {
        return ProbeHttp.get().as(user).toSse(server.endpoint());
    }

    private static String path(ProbeHttp stream) throws InterruptedException {
        return stream.event().data();
    }

    private int post(String path, String user, String body) throws InterruptedException {
        return ProbeHttp.post(body)
                .query(path.substring(path.indexOf('?') + 1))
                .as(user)
                .toSse(server.endpoint())
                .answer()
                .status;
    }

    /** The path to post to of a stream whose session has begun. */
    private String begun(ProbeHttp stream, String user) throws InterruptedException {
        String path = path(stream);
        post(path, user, INITIALIZE);
        assertThat(stream.event().json().has("result")).isTrue();
        return path;
    }

    private static void isRefused(ProbeHttp request) throws InterruptedException {
        assertThat(request.errorCode()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(request.status).isEqualTo(429);
        assertThat(request.responseHeader("Retry-After")).isEqualTo("1");
        assertThat(request.responseBody).contains("3 open streams", "maxStreamsPerCaller");
    }

    @Test
    void whoOpensAndLeavesManyTimesTakesNoPlaceOfAnother() throws Exception {
        for (int i = 0; i < 20; i++) {
            ProbeHttp left = stream("ann");
            path(left);
            left.disconnect();
        }
        assertThat(begun(stream("bob"), "bob")).contains("sessionId");
    }

    @Test
    void aStreamThatEndsBeforeItsSessionBeganIsForgottenAtOnce() throws Exception {
        ProbeHttp left = stream("ann");
        String path = path(left);
        assertThat(post(path, "ann", PING)).isEqualTo(202);
        left.disconnect();
        assertThat(post(path, "ann", PING)).isEqualTo(404);
    }

    @Test
    void atTheBoundACallerHasItsStreamsAndOnePastItIsRefusedUntilOneEnds() throws Exception {
        ProbeHttp first = stream("ann");
        path(first);
        path(stream("ann"));
        path(stream("ann"));
        isRefused(stream("ann"));
        path(stream("bob"));
        first.disconnect();
        path(stream("ann"));
        isRefused(stream("ann"));
    }

    @Test
    void aStreamThatIsResumedCountsAndOneThatIsRefusedDoesNot() throws Exception {
        ProbeHttp first = stream("ann");
        String path = path(first);
        post(path, "ann", INITIALIZE);
        String last = String.valueOf(first.event().id());
        first.disconnect();
        for (int i = 0; i < 5; i++) {
            assertThat(resumed(i % 2 == 0 ? "nonsense" : "x-y-1").answer().status).isIn(400, 404);
        }
        ProbeHttp again = resumed(last);
        path(again);
        path(stream("ann"));
        path(stream("ann"));
        isRefused(stream("ann"));
        again.disconnect();
        path(stream("ann"));
        isRefused(resumed(last));
    }

    private ProbeHttp resumed(String last) {
        return ProbeHttp.get().as("ann").with("Last-Event-ID", last).toSse(server.endpoint());
    }

    /** A sweep does nothing while that of the timer runs. */
    private void expireUntil(Callable<Boolean> isOver) {
        await().until(
                        () -> {
                            ((ServerEndpoint) server.endpoint()).expire();
                            return isOver.call();
                        });
    }

    @Test
    void aStreamWhoseSessionDoesNotBeginIsEndedAfterSecondsAndOneThatBeganIsNot() throws Exception {
        ProbeHttp began = stream("ann");
        begun(began, "ann");
        ProbeHttp idle = stream("ann");
        path(idle);
        time.pass(UNSTARTED);
        ((ServerEndpoint) server.endpoint()).expire();
        assertThat(idle.hasEnded()).isFalse();
        time.pass(Duration.ofNanos(1));
        expireUntil(idle::hasEnded);
        assertThat(began.hasEnded()).isFalse();
        JsonObject why = idle.event().json();
        assertThat(why.has("id")).isFalse();
        assertThat(why.requireObject("error").requireString("message"))
                .isEqualTo(
                        "no session was begun within 7000 ms, the limit; connect again and"
                                + " initialize");
        assertThat(began.hasNoEvent()).isTrue();
        assertThat(events)
                .contains(new SessionEvent.MessageRefused("sse", ErrorCode.INVALID_REQUEST));
    }

    @Test
    void sessionsCountForTheirPrincipalAndAnUnusedOneWhoseStreamIsGoneMakesRoom() throws Exception {
        ProbeHttp first = stream("ann");
        String gone = begun(first, "ann");
        String kept = begun(stream("ann"), "ann");
        time.pass(UNUSED.multipliedBy(2));
        first.disconnect();
        time.pass(UNUSED.minusNanos(1));
        ProbeHttp third = stream("ann");
        String path = path(third);

        post(path, "ann", INITIALIZE);
        assertThat(third.event().data()).contains("2 sessions of the principal ann are open");

        time.pass(Duration.ofSeconds(1));
        post(path, "ann", INITIALIZE);
        assertThat(third.event().json().has("result")).isTrue();
        assertThat(post(gone, "ann", PING)).isEqualTo(404);
        assertThat(post(kept, "ann", PING)).isEqualTo(202);
        assertThat(server.openSessions()).isEqualTo(2);
    }

    @Test
    void aSessionThatIsBegunOnAStreamThatLeavesIsEndedWithItsPeer() throws Exception {
        ProbeHttp stream = stream("ann");
        begun(stream, "ann");
        stream.disconnect();
        time.pass(Duration.ofMinutes(5).plusNanos(1));
        expireUntil(() -> server.openSessions() == 0);
    }
}
