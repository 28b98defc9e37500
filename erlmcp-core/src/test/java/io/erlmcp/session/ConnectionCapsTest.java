package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.security.Authenticator;
import io.erlmcp.security.Principal;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sessions of TCP and WebSocket count as those of HTTP do. */
@Requirement({"R28", "session.manager", "security.operations"})
class ConnectionCapsTest {
    private static final String INITIALIZE =
            "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{'protocolVersion':"
                    + "'2025-11-25','capabilities':{},'clientInfo':{'name':'p','version':'1'}}}";
    private static final Duration UNUSED = SessionLimits.DEFAULTS.caps().unused();

    /** Who has no credentials is somebody without a name. */
    private static final Authenticator NAMED_OR_NOT =
            (transport, address, headers) -> {
                Principal known = Fixture.BY_NAME.authenticate(transport, address, headers);
                return known == null ? Principal.ANONYMOUS : known;
            };

    private final ManualTime time = new ManualTime();
    private final Fixture fixture = new Fixture();
    private @Nullable McpServer started;

    private McpServer server() {
        return Objects.requireNonNull(started);
    }

    private void start(int all, int perPrincipal, int perAddress) {
        started =
                fixture.builder()
                        .authenticator(NAMED_OR_NOT)
                        .limits(
                                Fixture.limits(
                                        Fixture.sessions()
                                                .caps(all, perPrincipal, perAddress)
                                                .build()))
                        .time(time)
                        .build();
    }

    @AfterEach
    void close() {
        server().close();
    }

    private ProbeConnection from(String address) {
        return ProbeConnection.from(address, server().endpoint());
    }

    private ProbeConnection as(String user, String address) {
        return ProbeConnection.as(user, address, server().endpoint());
    }

    private static ProbeConnection opened(ProbeConnection probe) throws InterruptedException {
        assertThat(probe.ask(INITIALIZE).has("result")).isTrue();
        return probe;
    }

    private static void isRefused(ProbeConnection probe, String why) throws InterruptedException {
        JsonObject error = probe.ask(INITIALIZE).object("error").orElseThrow();
        assertThat(error.integer("code")).hasValue((long) ErrorCode.OVERLOADED);
        assertThat(error.requireString("message")).contains(why);
        assertThat(probe.closedWith).isNull();
    }

    private String overHttp(String user, String address) throws InterruptedException {
        return Objects.requireNonNull(initialize(user, address).responseHeader("Mcp-Session-Id"));
    }

    private ProbeHttp initialize(String user, String address) throws InterruptedException {
        return ProbeHttp.post(INITIALIZE).as(user).from(address).to(server().endpoint()).answer();
    }

    private int status(String user, String session) throws InterruptedException {
        return ProbeHttp.post("{'jsonrpc':'2.0','id':1,'method':'ping'}")
                .as(user)
                .with("Mcp-Session-Id", session)
                .to(server().endpoint())
                .answer()
                .status;
    }

    @Test
    void onePastTheCapOfAnAddressIsRefusedUntilOneLeavesAndOthersGetIn() throws Exception {
        start(100, 100, 2);
        ProbeConnection first = opened(from("10.0.0.1"));
        opened(from("10.0.0.1"));
        ProbeConnection third = from("10.0.0.1");
        isRefused(third, "2 sessions from 10.0.0.1 are open");
        opened(from("10.0.0.2"));
        first.leave();
        opened(third);
        isRefused(from("10.0.0.1"), "2 sessions from 10.0.0.1 are open");
    }

    @Test
    void onePastTheCapOfAPrincipalIsRefusedWhereverItComesFrom() throws Exception {
        start(100, 2, 100);
        opened(as("ann", "10.0.0.1"));
        opened(as("ann", "10.0.0.2"));
        isRefused(as("ann", "10.0.0.3"), "2 sessions of the principal ann are open");
        opened(as("bob", "10.0.0.3"));
    }

    @Test
    void onePastTheCapOfAllIsRefused() throws Exception {
        start(2, 100, 100);
        opened(from("10.0.0.1"));
        overHttp("ann", "10.0.0.2");
        isRefused(from("10.0.0.3"), "2 sessions are open");
        assertThat(initialize("bob", "10.0.0.4").responseBody).contains("2 sessions are open");
        assertThat(server().openSessions()).isEqualTo(2);
    }

    @Test
    void sessionsOfHttpAndOfConnectionsCountTogether() throws Exception {
        start(100, 2, 100);
        opened(as("ann", "10.0.0.1"));
        String http = overHttp("ann", "10.0.0.1");
        isRefused(as("ann", "10.0.0.1"), "2 sessions of the principal ann");
        ProbeHttp refused = initialize("ann", "10.0.0.1");
        assertThat(refused.errorCode()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(status("ann", http)).isEqualTo(200);
    }

    @Test
    void anUnusedSessionOfHttpMakesRoomAndOneOfAConnectionNeverDoes() throws Exception {
        start(100, 2, 100);
        ProbeConnection connected = opened(as("ann", "10.0.0.1"));
        String http = overHttp("ann", "10.0.0.1");
        time.pass(UNUSED.multipliedBy(5));
        opened(as("ann", "10.0.0.1"));
        assertThat(status("ann", http)).isEqualTo(404);
        time.pass(UNUSED.multipliedBy(5));
        isRefused(as("ann", "10.0.0.1"), "2 sessions");
        assertThat(connected.closedWith).isNull();
        assertThat(connected.ask("{'jsonrpc':'2.0','id':1,'method':'ping'}").has("result"))
                .isTrue();
    }

    @Test
    void connectionsThatAreNowhereCountForAllAlone() throws Exception {
        start(3, 1, 1);
        opened(new ProbeConnection(server().endpoint()));
        opened(new ProbeConnection(server().endpoint()));
        opened(new ProbeConnection(server().endpoint()));
        isRefused(new ProbeConnection(server().endpoint()), "3 sessions are open");
    }
}
