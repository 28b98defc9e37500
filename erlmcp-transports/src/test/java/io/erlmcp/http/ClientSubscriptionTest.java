package io.erlmcp.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.client.Subscription;
import io.erlmcp.feature.ResourceFilter;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a client subscribed at a real server over HTTP, before and after the server was away. */
class ClientSubscriptionTest {
    private final List<String> heard = new CopyOnWriteArrayList<>();

    /** How often some may have gone unheard. */
    private final AtomicInteger gaps = new AtomicInteger();

    private McpServer mcp = McpServer.builder("test", "1").build();
    private TestServer http = TestServer.start(it -> it, mcp.endpoint()::handle);

    @AfterEach
    void stop() {
        http.close();
        mcp.close();
    }

    /** Another server at the same port, which knows nothing. */
    private void replace() {
        int port = http.port();
        stop();
        mcp = McpServer.builder("test", "1").build();
        http = TestServer.start(it -> it.withPort(port), mcp.endpoint()::handle);
    }

    private McpClient client(EraChoice era) {
        HttpClientConfig config =
                HttpClientConfig.of("http://127.0.0.1:" + http.port() + "/mcp")
                        .withReconnects(3, Duration.ofMillis(20), Duration.ofMillis(100));
        return McpClient.builder(new HttpClientTransport(config)).era(era).connect();
    }

    private void hear(ServerNotification notification) {
        if (notification instanceof ServerNotification.ResourceListChanged) {
            gaps.incrementAndGet();
        } else {
            heard.add(((ServerNotification.ResourceUpdated) notification).uri());
        }
    }

    /** The stream may not be open yet, so it is told again. */
    private boolean isHeard(String uri) {
        mcp.resourceUpdated("test://other");
        mcp.resourceUpdated(uri);
        return heard.contains(uri);
    }

    @ParameterizedTest
    @EnumSource(
            value = EraChoice.class,
            names = {"LEGACY", "MODERN"})
    @Requirement("proto.sub-filter")
    void aPrefixIsHeardInBothErasAndAgainAfterTheServerForgotAll(EraChoice era) {
        try (McpClient client = client(era)) {
            Subscription logs =
                    client.subscribe(ResourceFilter.ofPrefix("test://logs/"), this::hear);
            await().until(() -> isHeard("test://logs/a/1"));
            assertThat(heard).containsOnly("test://logs/a/1");
            assertThat(gaps).hasValue(0);
            assertThat(logs.honoured().resourceSubscriptions()).containsExactly("test://logs/");
            replace();
            // between two attempts of a listener there are up to eight seconds
            await().atMost(Duration.ofSeconds(30)).until(() -> isHeard("test://logs/b"));
            assertThat(heard).containsOnly("test://logs/a/1", "test://logs/b");
            await().until(() -> gaps.get() > 0);
            assertThat(logs.isOpen()).isTrue();
            logs.close();
            Subscription days =
                    client.subscribe(ResourceFilter.ofTemplate("test://days/{day}"), this::hear);
            await().until(
                            () -> {
                                mcp.resourceUpdated("test://logs/c");
                                mcp.resourceUpdated("test://days/1/2");
                                return isHeard("test://days/1");
                            });
            assertThat(heard).doesNotContain("test://logs/c", "test://days/1/2");
            days.close();
        }
    }

    @Test
    @Requirement("proto.sub-filter")
    void theServerTellsNothingOfAPrefixThatWasClosed() {
        List<String> told = new CopyOnWriteArrayList<>();
        try (McpClient client =
                McpClient.builder(
                                HttpClientTransport.to("http://127.0.0.1:" + http.port() + "/mcp"))
                        .era(EraChoice.LEGACY)
                        .onResourceUpdated(told::add)
                        .connect()) {
            Subscription logs =
                    client.subscribe(ResourceFilter.ofPrefix("test://logs/"), this::hear);
            await().until(() -> isHeard("test://logs/a"));
            logs.close();
            client.subscribe("test://last");
            mcp.resourceUpdated("test://logs/b");
            mcp.resourceUpdated("test://last");
            await().until(() -> told.contains("test://last"));
            assertThat(told).doesNotContain("test://logs/b");
        }
    }

    @Test
    @Requirement("proto.sub-filter")
    void aServerWithoutFiltersIsNotAskedForOne() throws IOException {
        try (HttpClientServer other = HttpClientServer.legacy();
                McpClient client =
                        McpClient.builder(StreamableHttpClientTransport.to(other.url()))
                                .era(EraChoice.LEGACY)
                                .connect()) {
            assertThatThrownBy(() -> client.subscribe(ResourceFilter.ofPrefix("test:"), it -> {}))
                    .isInstanceOfSatisfying(
                            McpException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.METHOD_NOT_FOUND))
                    .hasMessageContaining("io.erlmcp/subscription-filters")
                    .hasMessageContaining("test:");
            assertThat(other.heard("resources/subscribe")).isEmpty();
        }
    }

    @Test
    @Requirement("transport.reconnect")
    void aSubscriptionIsOverWhenItsClientIsClosed() {
        McpClient client = client(EraChoice.LEGACY);
        Subscription logs = client.subscribe(ResourceFilter.ofPrefix("test:"), this::hear);
        client.close();
        assertThat(logs.isOpen()).isFalse();
    }
}
