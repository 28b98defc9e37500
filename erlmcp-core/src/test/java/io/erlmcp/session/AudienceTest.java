package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Requirement({"proto.sub-filter", "R28"})
class AudienceTest {
    private static final int SUBSCRIPTIONS = 40;

    private final Fixture fixture = new Fixture();
    private final McpServer server =
            fixture.builder()
                    .limits(Fixture.limits(Fixture.sessions().subscriptions(SUBSCRIPTIONS).build()))
                    .build();

    @AfterEach
    void close() {
        server.close();
    }

    private static String subscribe(int number) {
        return "{'jsonrpc':'2.0','id':"
                + number
                + ",'method':'resources/subscribe','params':{'uri':'test://"
                + number
                + "'}}";
    }

    @Test
    void subscriptionsMadeAtTheSameTimeAreAllKeptAndTheBoundHolds() throws Exception {
        String session =
                Objects.requireNonNull(
                        ProbeHttp.post(
                                        "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{"
                                            + "'protocolVersion':'2025-11-25','capabilities':{},"
                                            + "'clientInfo':{'name':'p','version':'1'}}}")
                                .to(server.endpoint())
                                .answer()
                                .responseHeader("Mcp-Session-Id"));
        CountDownLatch go = new CountDownLatch(1);
        List<ProbeHttp> requests = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2 * SUBSCRIPTIONS; i++) {
            ProbeHttp request = ProbeHttp.post(subscribe(i)).with("Mcp-Session-Id", session);
            requests.add(request);
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            go.await();
                                            request.to(server.endpoint());
                                        } catch (InterruptedException e) {
                                            Thread.currentThread().interrupt();
                                        }
                                    }));
        }
        go.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        int taken = 0;
        for (ProbeHttp request : requests) {
            taken += request.json().has("result") ? 1 : 0;
        }
        assertThat(taken).isEqualTo(SUBSCRIPTIONS);
    }
}
