package io.erlmcp.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.erlmcp.observability.Observer;
import io.erlmcp.rpc.SharedBytes;
import io.erlmcp.runtime.Time;
import io.erlmcp.server.McpServer;
import io.erlmcp.server.ServerLimits;
import io.erlmcp.session.SessionLimits;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.EventStream;
import io.erlmcp.transport.HttpExchange;
import io.erlmcp.transport.PeerEvidence;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand sessions on the disk that subscribe to one resource: each has an entry of its own in
 * its log, but no copy of the message in the heap.
 */
@Requirement({"proto.sub-filter", "proto.resources", "session.dets"})
class DiskFanOutTest {
    private static final int SESSIONS = 10_000;
    private static final int AT_ONCE = 500;

    /** As long as a URI may be that is subscribed to, so that a copy would be seen. */
    private static final String URI = "test://" + "x".repeat(8_000);

    private static final String SHORT_URI = "test://one";

    /** Its id, its entry in an index and its batch; a copy of the message is four times as much. */
    private static final long MAX_BYTES_FOR_ONE = 2048;

    @TempDir Path folder;
    private @Nullable DiskStore opened;
    private @Nullable McpServer started;
    private final List<Listener> listeners = new ArrayList<>();

    /** One request, and what came of it. */
    private static final class Listener implements HttpExchange, EventStream {
        private final String method;
        private final String body;
        private final Map<String, String> headers;
        private final CountDownLatch answered = new CountDownLatch(1);
        private List<String> answerHeaders = List.of();
        private @Nullable String lastId;
        private @Nullable SharedBytes last;
        private int heard;

        Listener(String method, String body, String session) {
            this.method = method;
            this.body = body.replace('\'', '"');
            this.headers =
                    Map.of(
                            "accept",
                            "application/json, text/event-stream",
                            "content-type",
                            "application/json",
                            "mcp-session-id",
                            session);
        }

        String session() throws InterruptedException {
            await();
            int at = 0;
            while (!answerHeaders.get(at).equalsIgnoreCase("Mcp-Session-Id")) {
                at += 2;
            }
            return answerHeaders.get(at + 1);
        }

        void await() throws InterruptedException {
            assertThat(answered.await(30, TimeUnit.SECONDS)).isTrue();
        }

        @Override
        public String method() {
            return method;
        }

        @Override
        public String path() {
            return "/mcp";
        }

        @Override
        public @Nullable String query() {
            return null;
        }

        @Override
        public @Nullable String header(String name) {
            String value = headers.get(name.toLowerCase(Locale.ROOT));
            return value == null || value.isEmpty() ? null : value;
        }

        @Override
        public List<String> headers(String name) {
            String value = header(name);
            return value == null ? List.of() : List.of(value);
        }

        @Override
        public List<String> headerNames() {
            return List.copyOf(headers.keySet());
        }

        @Override
        public byte[] body() {
            return body.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public PeerEvidence evidence() {
            return new PeerEvidence("http", null, Map.of());
        }

        @Override
        public void respond(int status, List<String> names, byte[] buffer, int offset, int length) {
            assertThat(status).isEqualTo(200);
            answerHeaders = names;
            answered.countDown();
        }

        @Override
        public EventStream openStream(List<String> names) {
            answered.countDown();
            return this;
        }

        @Override
        public void onDisconnect(Runnable action) {
            // stays until the end
        }

        @Override
        public void send(@Nullable String id, byte[] data, int offset, int length) {
            lastId = id;
        }

        @Override
        public void share(@Nullable String id, SharedBytes begin, byte[] end) {
            last = begin;
            lastId = id;
            heard++;
        }

        @Override
        public void send(String type, byte[] data) {
            throw new IllegalStateException("not over Streamable HTTP");
        }

        @Override
        public void retry(Duration delay) {}

        @Override
        public boolean awaitWritable(Duration limit) {
            return true;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private McpServer server() {
        return Objects.requireNonNull(started);
    }

    private Listener ask(String method, String body, String session) {
        Listener listener = new Listener(method, body, session);
        server().endpoint().handle(listener);
        return listener;
    }

    @BeforeEach
    void subscribe() throws Exception {
        DiskStore store =
                DiskStore.open(
                        StoreConfig.in(folder).withEvents(SessionLimits.DEFAULTS.events()),
                        Time.system(),
                        Observer.NONE);
        opened = store;
        started =
                McpServer.builder("fan", "1")
                        .sessions(store.sessions(), store.events())
                        .limits(limits())
                        .build();
        for (int i = 0; i < SESSIONS; i += AT_ONCE) {
            open(AT_ONCE);
        }
    }

    /** All are one caller here. */
    private static ServerLimits limits() {
        ServerLimits all = ServerLimits.DEFAULTS;
        SessionLimits usual = all.sessions();
        return new ServerLimits(
                all.calls(),
                new SessionLimits(
                        usual.caps(),
                        usual.idleExpiry(),
                        usual.initializeTimeout(),
                        usual.maxSubscriptions(),
                        usual.maxListenStreams(),
                        SESSIONS,
                        usual.maxQuestions(),
                        usual.events(),
                        usual.kept(),
                        usual.writeTimeout(),
                        usual.json()),
                all.catalogs(),
                all.stateLifetime());
    }

    private void open(int count) throws InterruptedException {
        List<Listener> each = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            each.add(
                    ask(
                            "POST",
                            "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{"
                                    + "'protocolVersion':'2025-06-18','capabilities':{},"
                                    + "'clientInfo':{'name':'p','version':'1'}}}",
                            ""));
        }
        List<String> ids = new ArrayList<>();
        for (Listener opening : each) {
            ids.add(opening.session());
        }
        for (String uri : List.of(URI, SHORT_URI)) {
            each.clear();
            String subscribe =
                    "{'jsonrpc':'2.0','id':1,'method':'resources/subscribe','params':{'uri':'"
                            + uri
                            + "'}}";
            ids.forEach(id -> each.add(ask("POST", subscribe, id)));
            for (Listener subscribing : each) {
                subscribing.await();
            }
        }
        for (String id : ids) {
            Listener stream = ask("GET", "", id);
            stream.await();
            listeners.add(stream);
        }
    }

    @AfterEach
    void close() {
        server().close();
        Objects.requireNonNull(opened).close();
    }

    @Test
    void anUpdateIsEncodedOnceKeptForEachAndCopiedForNone() throws Exception {
        server().resourceUpdated(SHORT_URI);
        SharedBytes shared = listeners.getFirst().last;
        for (Listener listener : listeners) {
            assertThat(listener.heard).isEqualTo(1);
            assertThat(listener.last).isSameAs(shared);
            assertThat(listener.lastId).isNotNull();
        }
        DiskEventLogs logs = (DiskEventLogs) Objects.requireNonNull(opened).events();
        assertThat(logs.engine().count(Family.EVENTS)).isEqualTo(SESSIONS);
        assertThat(allocatedForOne(SHORT_URI)).isLessThan(MAX_BYTES_FOR_ONE);
        assertThat(allocatedForOne(URI)).isLessThan(MAX_BYTES_FOR_ONE);
    }

    private long allocatedForOne(String uri) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 3; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            server().resourceUpdated(uri);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        return least / SESSIONS;
    }
}
