package io.erlmcp.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.session.SessionEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens before there is a registry is counted all the same. */
class LateRegistryTest {
    private static final SessionEvent EVENT = new SessionEvent.ReplayRefused("http");
    private static final String COUNTED = "erlmcp_replays_refused_total ";

    private final Metrics metrics = new Metrics(Duration.ofHours(1));

    @AfterEach
    void close() {
        metrics.close();
    }

    private void assertCounted(int events) {
        assertThat(metrics.scrape()).containsPattern(COUNTED.strip() + "[^ ]* " + events + "\\.0");
    }

    @Test
    void whatCameBeforeAScrapeIsInIt() {
        metrics.on(EVENT);
        metrics.gauges(
                new Metrics.Gauges(
                        () -> 41, () -> 2, () -> 3, () -> 4, () -> 5, () -> 6, () -> 7, () -> 1));
        metrics.on(EVENT);
        assertThat(metrics.isThere()).isFalse();

        assertThat(metrics.scrape()).contains("erlmcp_calls_in_flight 41.0");
        assertCounted(2);
        metrics.on(EVENT);
        assertCounted(3);
    }

    @Test
    void moreThanIsKeptIsCountedAsWell() {
        for (int i = 0; i < Metrics.MOST_KEPT; i++) {
            metrics.on(EVENT);
        }
        assertThat(metrics.isThere()).isFalse();

        metrics.on(EVENT);

        assertThat(metrics.isThere()).isTrue();
        assertCounted(Metrics.MOST_KEPT + 1);
    }

    @Test
    void nothingIsLostOrCountedTwiceWhileTheRegistryIsMade() throws InterruptedException {
        int each = 4_000;
        CountDownLatch begun = new CountDownLatch(4);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        begun.countDown();
                                        for (int n = 0; n < each; n++) {
                                            metrics.on(EVENT);
                                        }
                                    }));
        }
        begun.await();
        metrics.scrape();
        for (Thread thread : threads) {
            thread.join();
        }
        assertCounted(4 * each);
    }

    @Test
    void itIsMadeAfterTheStartWithoutBeingAskedFor() {
        try (Metrics soon = new Metrics(Duration.ofMillis(1))) {
            soon.start();
            await().atMost(Duration.ofSeconds(60)).until(soon::isThere);
        }
    }

    @Test
    void aNodeThatStopsBeforeDoesNotWaitForIt() {
        metrics.on(EVENT);
        metrics.start();

        metrics.close();

        assertThat(metrics.isThere()).isFalse();
    }
}
