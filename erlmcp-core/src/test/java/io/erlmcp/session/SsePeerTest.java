package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.runtime.Time;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is posted to a stream of HTTP+SSE is handled, whatever came before it. */
@Requirement("transport.sse")
class SsePeerTest {
    /** A clock that fails once, in the middle of a message. */
    private static final class FailingTime implements Time {
        private volatile boolean failsNext;

        @Override
        public long nanos() {
            return 1;
        }

        @Override
        public Instant now() {
            if (failsNext) {
                failsNext = false;
                throw new IllegalStateException("planted: this clock is broken");
            }
            return Instant.EPOCH;
        }
    }

    private final FailingTime time = new FailingTime();
    private final McpServer server =
            new Fixture().builder().authenticator(Fixture.BY_NAME).time(time).build();

    @AfterEach
    void close() {
        server.close();
    }

    private void post(String path, String body) throws InterruptedException {
        ProbeHttp.post(body)
                .query(path.substring(path.indexOf('?') + 1))
                .as("ann")
                .toSse(server.endpoint())
                .answer();
    }

    @Test
    void aMessageThatFailsDoesNotKeepTheNextFromBeingDelivered() throws Exception {
        ProbeHttp stream = ProbeHttp.get().as("ann").toSse(server.endpoint());
        String path = stream.event().data();
        post(
                path,
                "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{'protocolVersion':"
                    + "'2024-11-05','capabilities':{},'clientInfo':{'name':'p','version':'1'}}}");
        assertThat(stream.event().json().has("result")).isTrue();
        time.failsNext = true;
        post(path, "{'jsonrpc':'2.0','method':'notifications/initialized'}");
        assertThat(time.failsNext).isFalse();
        post(path, "{'jsonrpc':'2.0','id':1,'method':'ping'}");
        assertThat(stream.event().json().has("result")).isTrue();
    }
}
