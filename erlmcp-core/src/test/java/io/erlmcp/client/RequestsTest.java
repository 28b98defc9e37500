package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Revision;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import io.erlmcp.wire.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests and the paths that they are on. */
@Requirement("transport.reconnect")
class RequestsTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final TransportException LOST =
            new TransportException(TransportException.Kind.BROKEN, "the path was lost");

    @RegisterExtension final SideThreads threads = new SideThreads();

    private final Requests requests =
            new Requests(new SilentTransport(), 10, new LateTasks(false, (tool, task) -> {}));

    private JsonObject exchange(RequestId id) {
        return exchange(id, requests.path(), requests::send);
    }

    private JsonObject exchange(RequestId id, int path, Way way) {
        Outbound ping =
                new Outbound(
                        Wire.of(Revision.LATEST_LEGACY),
                        new ClientRequest.Ping(),
                        RequestMeta.NONE,
                        null,
                        List.of(),
                        path);
        return requests.exchange(
                id, ping, new Deadline(Time.system(), LONG, LONG), way, null, note -> {});
    }

    private PendingCall pending(RequestId id) {
        await().until(() -> requests.pending(id) != null);
        return Objects.requireNonNull(requests.pending(id));
    }

    @Test
    void whoWentOnToAFreshPathIsNotFailedForTheLossOfTheOldOne() throws Exception {
        RequestId old = requests.nextId();
        threads.run(
                "old",
                () -> assertThatThrownBy(() -> exchange(old)).hasMessage("the path was lost"));
        pending(old);
        int lost = requests.path();
        requests.nextPath();
        RequestId fresh = requests.nextId();
        FutureTask<JsonObject> answer = threads.call("fresh", () -> exchange(fresh));
        PendingCall call = pending(fresh);

        requests.failPath(lost, LOST);
        await().until(() -> requests.pending(old) == null);
        assertThat(call.answered(JsonObject.EMPTY)).isTrue();

        assertThat(answer.get()).isEqualTo(JsonObject.EMPTY);
    }

    @Test
    void theLossOfAPathFailsThoseOfEarlierOnesToo() throws Exception {
        RequestId old = requests.nextId();
        threads.run(
                "old",
                () -> assertThatThrownBy(() -> exchange(old)).hasMessage("the path was lost"));
        pending(old);
        requests.nextPath();

        requests.failPath(requests.path(), LOST);

        threads.join();
    }

    @Test
    void whatWasMadeForAPathThatIsGoneIsNotSentOnTheOneThatCameAfterIt() {
        int gone = requests.path();
        requests.nextPath();
        List<OutgoingMessage> sent = new ArrayList<>();
        assertThatThrownBy(() -> exchange(requests.nextId(), gone, sent::add))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        it -> assertThat(it.kind()).isEqualTo(TransportException.Kind.SESSION_LOST))
                .hasMessage("the path was lost before ping was sent");
        assertThat(sent).isEmpty();
    }
}
