package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.protocol.McpException;
import io.erlmcp.testing.Requirement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Work that waits for the store: bounded, and its places come back. */
@Requirement({"R28", "security.operations"})
class StoreWorkTest {
    private final StoreWork work = new StoreWork();

    private void runs() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        work.start("works", done::countDown);
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @SuppressWarnings("NullAway") // a thread without a name cannot be started, nor without memory
    void placesOfWorkForWhichThereWasNoThreadComeBack() throws Exception {
        for (int i = 0; i <= SessionLimits.MAX_STORE_WAITS; i++) {
            assertThatThrownBy(() -> work.start(null, () -> {}))
                    .isInstanceOf(NullPointerException.class);
        }
        runs();
        work.close();
    }

    @Test
    void theFailureOfWorkIsToldBeforeTheWorkHasEnded() {
        List<Throwable> told = new CopyOnWriteArrayList<>();
        CountDownLatch closed = new CountDownLatch(1);
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, problem) -> {
                    if (!comes(closed)) {
                        told.add(problem);
                    }
                });
        try {
            work.start(
                    "fails",
                    () -> {
                        throw new IllegalStateException("planted");
                    });
            work.close();
            closed.countDown();
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        assertThat(told).anySatisfy(it -> assertThat(it).hasMessage("planted"));
    }

    private static void awaits(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the end comes while the failure is being told. */
    private static boolean comes(CountDownLatch end) {
        try {
            return end.await(200, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Test
    void workThatFailsGivesItsPlaceBackAndWhatComesAfterTheEndIsRefused() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        for (int i = 1; i < SessionLimits.MAX_STORE_WAITS; i++) {
            work.start("waits", () -> awaits(end));
        }
        work.start(
                "fails",
                () -> {
                    throw new IllegalStateException("planted");
                });
        await().dontCatchUncaughtExceptions()
                .ignoreExceptionsInstanceOf(McpException.class)
                .untilAsserted(this::runs);
        end.countDown();
        work.close();
        assertThatThrownBy(() -> work.start("late", () -> {})).isInstanceOf(McpException.class);
    }
}
