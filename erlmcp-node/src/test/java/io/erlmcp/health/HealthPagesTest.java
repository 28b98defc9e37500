package io.erlmcp.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.observability.HealthCheck;
import io.erlmcp.observability.HealthCheck.Finding;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.supervision.Component;
import io.erlmcp.testing.RecordedLife;
import io.erlmcp.testing.Requirement;
import java.lang.reflect.Field;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** That the pages of probes read what others left behind, whatever those do. */
class HealthPagesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int TIMES = 50;

    private final Health health = new Health();
    private final AtomicInteger asked = new AtomicInteger();
    private final CountDownLatch never = new CountDownLatch(1);

    /** One turn in an hour: the first check is begun at once, and no other. */
    private final HealthMonitor monitor =
            new HealthMonitor(Duration.ofHours(1), Time.system(), Observer.NONE);

    private final HttpClient client = HttpClient.newHttpClient();
    private final HttpServer server =
            HttpServer.start(
                    HttpServerConfig.defaults().withPort(0),
                    new HealthPages(health, monitor, Map.of("figure", () -> 7), Time.system())
                            .forOperators().entrySet().stream()
                                    .map(it -> new HttpRoute(it.getKey(), it.getValue()::accept))
                                    .toList());

    private @Nullable Component running;

    @AfterEach
    void close() throws InterruptedException {
        never.countDown();
        monitor.close();
        if (running != null) {
            running.stop();
        }
        server.close(Duration.ofSeconds(1));
        client.close();
    }

    private void begin() {
        monitor.add(
                HealthCheck.of(
                                "standing",
                                () -> {
                                    asked.incrementAndGet();
                                    never.await();
                                    return Finding.HEALTHY;
                                })
                        .timeout(Duration.ofHours(1)));
        health.watchedBy(monitor);
        health.ready();
        running = monitor.run(new RecordedLife());
        await().atMost(PATIENCE).until(() -> asked.get() == 1);
    }

    private void allPagesAnswer() throws Exception {
        for (String path :
                List.of("/health", "/healthz", "/ready", "/readyz", "/alive", "/livez", "/live")) {
            URI page = URI.create("http://127.0.0.1:" + server.port() + path);
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(page).timeout(PATIENCE).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
        }
    }

    @Test
    @Requirement({"health.http", "health.under-load"})
    void noPageRunsACheckHoweverOftenItIsAskedFor() throws Exception {
        begin();
        for (int i = 0; i < TIMES; i++) {
            allPagesAnswer();
        }
        assertThat(asked).hasValue(1);
    }

    @Test
    @Requirement("health.http")
    void noPageWaitsForTheLockOfTheMonitor() throws Exception {
        begin();
        Field field = HealthMonitor.class.getDeclaredField("lock");
        field.setAccessible(true);
        ReentrantLock lock = (ReentrantLock) field.get(monitor);
        assertThat(lock).isNotNull();
        lock.lock();
        try {
            allPagesAnswer();
        } finally {
            lock.unlock();
        }
    }
}
