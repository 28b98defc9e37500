package io.erlmcp.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SideThreadsTest {
    private final SideThreads threads = new SideThreads();

    @Test
    void whatAThreadThrowsIsThrownWhenItIsJoinedAndOnce() {
        threads.run(
                "breaks",
                () -> {
                    throw new IOException("broken");
                });
        threads.run("works", () -> {});
        assertThatThrownBy(threads::join).isInstanceOf(IOException.class).hasMessage("broken");
        assertThatCode(threads::join).doesNotThrowAnyException();
    }

    @Test
    void aFailedAssertionOnAThreadFailsTheTest() {
        threads.run("looks", () -> assertThat(1).isEqualTo(2));
        assertThatThrownBy(threads::join).isInstanceOf(AssertionError.class);
    }

    @Test
    void whatACallReturnsIsThereAndWhatItThrowsIsThrownTwice() throws Exception {
        assertThat(threads.call("answers", () -> 42).get()).isEqualTo(42);
        threads.join();
        var broken =
                threads.call(
                        "breaks",
                        () -> {
                            throw new IOException("broken");
                        });
        assertThatThrownBy(broken::get).hasRootCauseMessage("broken");
        assertThatThrownBy(threads::join).hasRootCauseMessage("broken");
    }

    @Test
    void allThatHangAreNamedAndInterruptedAndWaitedForOnce() throws Exception {
        SideThreads impatient = new SideThreads(Duration.ofMillis(50));
        CountDownLatch interrupted = new CountDownLatch(2);
        for (String name : List.of("one", "two")) {
            impatient.run(
                    name,
                    () -> {
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            interrupted.countDown();
                        }
                    });
        }
        assertThatThrownBy(impatient::join)
                .isInstanceOf(AssertionError.class)
                .hasMessage("one, two did not end within PT0.05S");
        assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
        assertThatCode(impatient::join).doesNotThrowAnyException();
    }

    @Test
    void theThreadsOfATestThatFailedAreNotWaitedForInVain() {
        threads.run("waits", new CountDownLatch(1)::await);
        assertThatThrownBy(() -> threads.after(true)).isInstanceOf(InterruptedException.class);
    }
}
