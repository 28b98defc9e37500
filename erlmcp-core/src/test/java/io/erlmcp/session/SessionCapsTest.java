package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.feature.ToolSpec;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.TaskSupport;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ConnectionHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** At a cap the session that was unused for longest makes room; one with work in it never does. */
@Requirement({"R28", "session.manager"})
class SessionCapsTest {
    private static final Duration UNUSED = SessionLimits.DEFAULTS.caps().unused();
    private static final Duration EXPIRY = SessionLimits.DEFAULTS.idleExpiry();

    private final ManualTime time = new ManualTime();
    private final Fixture fixture = new Fixture();
    private McpServer server = start(3, 2, 100);

    private McpServer start(int all, int perPrincipal, int perAddress) {
        return fixture.builder()
                .authenticator(Fixture.BY_NAME)
                .add(
                        ToolSpec.of(
                                        "work",
                                        (arguments, call) -> {
                                            fixture.release.await();
                                            return CallToolResult.text("worked");
                                        })
                                .taskSupport(TaskSupport.OPTIONAL))
                .limits(
                        Fixture.limits(
                                Fixture.callTimeout(Duration.ofDays(365)),
                                Fixture.sessions().caps(all, perPrincipal, perAddress).build()))
                .time(time)
                .build();
    }

    private void restart(int all, int perPrincipal, int perAddress) {
        server.close();
        server = start(all, perPrincipal, perAddress);
    }

    @AfterEach
    void close() {
        fixture.release.countDown();
        server.close();
    }

    private ProbeHttp initialize(String user) throws InterruptedException {
        return ProbeHttp.post(
                        "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{"
                                + "'protocolVersion':'2025-11-25','capabilities':{},"
                                + "'clientInfo':{'name':'p','version':'1'}}}")
                .as(user)
                .to(server.endpoint())
                .answer();
    }

    private String open(String user) throws InterruptedException {
        return Objects.requireNonNull(initialize(user).responseHeader("Mcp-Session-Id"));
    }

    private void isRefused(String user, String... words) throws InterruptedException {
        ProbeHttp refused = initialize(user);
        assertThat(refused.status).isEqualTo(429);
        assertThat(refused.errorCode()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(refused.responseBody).contains(words);
    }

    private ProbeHttp call(String user, String session, String tool) {
        return ProbeHttp.post(
                        "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'"
                                + tool
                                + "','_meta':{'progressToken':1}}}")
                .as(user)
                .with("Mcp-Session-Id", session)
                .to(server.endpoint());
    }

    private int status(String user, String session) throws InterruptedException {
        return call(user, session, "echo").answer().status;
    }

    @Test
    void atTheCapOfAPrincipalAllAreOpenAndOnePastItIsRefusedWhileAllAreInUse() throws Exception {
        open("ann");
        open("ann");
        isRefused("ann", "2 sessions of the principal ann are open");
        open("bob");
        assertThat(server.openSessions()).isEqualTo(3);
    }

    @Test
    void onePastTheCapOfAllIsRefusedWhileAllAreInUse() throws Exception {
        open("ann");
        open("ann");
        open("bob");
        isRefused("bob", "3 sessions are open");
    }

    @Test
    void onePastTheCapOfAnAddressIsRefusedWhoeverAsks() throws Exception {
        restart(100, 100, 2);
        open("ann");
        open("bob");
        isRefused("eve", "2 sessions from 127.0.0.1 are open");
    }

    @Test
    void justBeforeASessionIsUnusedForLongEnoughItStaysAndThenTheLongestUnusedGoes()
            throws Exception {
        String first = open("ann");
        time.pass(Duration.ofNanos(1));
        String second = open("ann");
        time.pass(UNUSED.minusNanos(2));
        isRefused("ann", "2 sessions");
        time.pass(Duration.ofSeconds(1));
        assertThat(status("ann", first)).isEqualTo(200);
        String third = open("ann");
        assertThat(status("ann", second)).isEqualTo(404);
        assertThat(status("ann", first)).isEqualTo(200);
        assertThat(status("ann", third)).isEqualTo(200);
    }

    @Test
    void aPrincipalAtItsCapTakesNoPlaceOfAnother() throws Exception {
        String bobs = open("bob");
        open("ann");
        open("ann");
        time.pass(EXPIRY);
        open("ann");
        assertThat(status("bob", bobs)).isEqualTo(200);
    }

    @Test
    void aSessionWithACallInWorkIsNeverTaken() throws Exception {
        String busy = open("ann");
        String idle = open("ann");
        ProbeHttp held = call("ann", busy, "hold");
        fixture.entered.await();
        time.pass(UNUSED.multipliedBy(5));
        String third = open("ann");
        assertThat(status("ann", idle)).isEqualTo(404);
        isRefused("ann", "2 sessions");
        fixture.release.countDown();
        assertThat(held.answer().status).isEqualTo(200);
        assertThat(status("ann", third)).isEqualTo(200);
    }

    private ServerEndpoint endpoint() {
        return (ServerEndpoint) server.endpoint();
    }

    private void beginTask(String user, String session) throws InterruptedException {
        ProbeHttp began =
                ProbeHttp.post(
                                "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{"
                                        + "'name':'work','arguments':{},'task':{}}}")
                        .as(user)
                        .with("Mcp-Session-Id", session)
                        .to(server.endpoint())
                        .answer();
        assertThat(began.json().requireObject("result").object("task")).isPresent();
    }

    @Test
    @Requirement("proto.tasks")
    void aConnectionWhoseTaskRunsIsNotUnused() throws Exception {
        ProbeConnection probe = ProbeConnection.as("ann", "10.0.0.1", server.endpoint());
        probe.initialize("2025-11-25", "{}");
        assertThat(probe.handler().activity()).isEqualTo(ConnectionHandler.Activity.NONE);
        probe.ask(
                "{'jsonrpc':'2.0','id':1,'method':'tools/call','params':{'name':'work',"
                        + "'arguments':{},'task':{}}}");
        // the call itself ends a moment after its answer
        await().until(() -> probe.handler().activity() == ConnectionHandler.Activity.LISTENING);
        fixture.release.countDown();
        await().until(() -> probe.handler().activity() == ConnectionHandler.Activity.NONE);
    }

    @Test
    @Requirement("proto.tasks")
    void aSessionWhoseTaskRunsIsNeverTakenUntilTheTaskEnds() throws Exception {
        String busy = open("ann");
        beginTask("ann", busy);
        beginTask("ann", busy);
        String idle = open("ann");
        time.pass(UNUSED.multipliedBy(5));
        String third = open("ann");
        assertThat(status("ann", idle)).isEqualTo(404);
        isRefused("ann", "2 sessions");
        time.pass(EXPIRY.plusNanos(1));
        await().until(
                        () -> {
                            endpoint().expire(); // does nothing beside that of the timer
                            return endpoint().sessions().live(third) == null;
                        });
        assertThat(status("ann", third)).isEqualTo(404);
        LegacySession live = Objects.requireNonNull(endpoint().sessions().live(busy));
        assertThat(live.isBusy()).isTrue();
        fixture.release.countDown();
        await().until(() -> !live.isBusy());
        time.pass(Duration.ofSeconds(1));
        open("ann");
        time.pass(UNUSED);
        open("ann");
        assertThat(status("ann", busy)).isEqualTo(404);
    }

    @Test
    void aSessionWithAnOpenStreamIsNeverTakenUntilTheStreamEnds() throws Exception {
        String listening = open("ann");
        ProbeHttp stream =
                ProbeHttp.get()
                        .as("ann")
                        .with("Mcp-Session-Id", listening)
                        .to(server.endpoint())
                        .answer();
        String idle = open("ann");
        time.pass(UNUSED.multipliedBy(5));
        open("ann");
        assertThat(status("ann", idle)).isEqualTo(404);
        assertThat(stream.hasEnded()).isFalse();
        stream.disconnect();
        time.pass(UNUSED.multipliedBy(5));
        open("ann");
        assertThat(status("ann", listening)).isEqualTo(404);
    }

    @Test
    void manyMoreSessionsThanTheCapLeaveAsManyAsTheCap() throws Exception {
        restart(1_000, 1_000, 1_000);
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            time.pass(UNUSED.dividedBy(500));
            kept.add(open("ann"));
        }
        assertThat(server.openSessions()).isEqualTo(1_000);
        assertThat(status("ann", kept.getLast())).isEqualTo(200);
        assertThat(status("ann", kept.getFirst())).isEqualTo(404);
    }
}
