package io.erlmcp.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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
}
