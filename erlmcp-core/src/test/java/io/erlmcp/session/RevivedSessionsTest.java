package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.observability.Event;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a session of an earlier process hears, and what is left to do in it. */
@Requirement({"session.persist", "transport.sse.resume"})
class RevivedSessionsTest {
    private final CountingStore store = new CountingStore();
    private final LastingLogs logs = new LastingLogs();
    private final Fixture fixture = new Fixture();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private McpServer server = start();

    private McpServer start() {
        return fixture.builder()
                .authenticator(Fixture.BY_NAME)
                .sessions(store, logs)
                .observer(events::add)
                .build();
    }

    private void restart() {
        server.close();
        server = start();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private ProbeHttp send(ProbeHttp request, String session) throws InterruptedException {
        return request.as("ann").with("Mcp-Session-Id", session).to(server.endpoint()).answer();
    }

    private String session() throws InterruptedException {
        ProbeHttp opened =
                ProbeHttp.post(
                                "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{"
                                        + "'protocolVersion':'2025-11-25','capabilities':{},"
                                        + "'clientInfo':{'name':'p','version':'1'}}}")
                        .as("ann")
                        .to(server.endpoint())
                        .answer();
        return Objects.requireNonNull(opened.responseHeader("Mcp-Session-Id"));
    }

    private String subscribed() throws InterruptedException {
        String session = session();
        String subscribe =
                "{'jsonrpc':'2.0','id':1,'method':'resources/subscribe','params':{'uri':'%s'}}";
        assertThat(send(ProbeHttp.post(subscribe.formatted("test://one")), session).status)
                .isEqualTo(200);
        return session;
    }

    private String primingId(String session) throws InterruptedException {
        ProbeHttp stream = send(ProbeHttp.get(), session);
        return Objects.requireNonNull(stream.event().id());
    }

    private static void isUpdate(ProbeHttp.Event event) {
        assertThat(event.json().requireString("method"))
                .isEqualTo("notifications/resources/updated");
    }

    @Test
    void whatIsSaidBeforeItsClientListensAgainIsThereWhenItDoes() throws Exception {
        String session = subscribed();
        String last = primingId(session);
        restart();
        send(ProbeHttp.post("{'jsonrpc':'2.0','id':2,'method':'ping'}"), session);
        server.resourceUpdated("test://one");
        ProbeHttp stream = send(ProbeHttp.get().with("Last-Event-ID", last), session);
        isUpdate(stream.event());
    }

    @Test
    void whatIsSaidWhileItsClientComesBackIsNotMissed() throws Exception {
        String session = subscribed();
        String last = primingId(session);
        restart();
        logs.beforeReading =
                () -> {
                    logs.beforeReading = () -> {};
                    server.resourceUpdated("test://one");
                };
        ProbeHttp stream = send(ProbeHttp.get().with("Last-Event-ID", last), session);
        isUpdate(stream.event());
        assertThat(stream.hasNoEvent()).isTrue();
    }

    @Test
    @Requirement("proto.request-dedup")
    void aSessionThatCannotBeRevivedKeepsNoOtherFromItsAcceptedRequests() throws Exception {
        String count = "{'jsonrpc':'2.0','id':7,'method':'tools/call','params':{'name':'count'}}";
        String unreadable = session();
        String other = session();
        logs.accept(unreadable, "p1", count);
        logs.accept(other, "p1", count);
        logs.unreadable.add(unreadable);
        restart();
        server.runAccepted();
        await().until(() -> fixture.runs.get() == 1);
        assertThat(events)
                .filteredOn(SessionEvent.AcceptedRequestsLeft.class::isInstance)
                .singleElement()
                .asString()
                .contains("cannot be read")
                .doesNotContain(unreadable);
    }
}
