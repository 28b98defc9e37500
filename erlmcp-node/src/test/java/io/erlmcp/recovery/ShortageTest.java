package io.erlmcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

@Requirement("strategist.steps")
class ShortageTest {
    @Test
    void whatTheJvmAndTheKernelSaidToThisProcessIsItsOwnShortage() {
        assertThat(Shortage.of(new OutOfMemoryError("Java heap space"))).isEqualTo(Shortage.MEMORY);
        assertThat(Shortage.of(new OutOfMemoryError())).isEqualTo(Shortage.MEMORY);
        assertThat(Shortage.of(new OutOfMemoryError("unable to create native thread: no limit")))
                .isEqualTo(Shortage.THREADS);
        assertThat(Shortage.of(new SocketException("Too many open files")))
                .isEqualTo(Shortage.DESCRIPTORS);
        assertThat(Shortage.of(new IOException("Cannot run program: Cannot allocate memory")))
                .isEqualTo(Shortage.MEMORY);
    }

    @Test
    void itIsFoundBehindWhatCameOfIt() {
        assertThat(
                        Shortage.of(
                                new IllegalStateException(
                                        "no listener", new IOException("Too many open files"))))
                .isEqualTo(Shortage.DESCRIPTORS);
    }

    @Test
    void whatAChildSaysOfItselfIsNoShortageOfTheNode() {
        assertThat(Shortage.of(new IllegalStateException("ended: JavaScript heap out of memory")))
                .isNull();
        assertThat(Shortage.of(new IllegalStateException("ended: too many open files"))).isNull();
    }

    @Test
    void aFullDiskAndOtherFailuresAreNone() {
        assertThat(Shortage.of(new IOException("No space left on device"))).isNull();
        assertThat(Shortage.of(new BindException("Address already in use"))).isNull();
        assertThat(Shortage.of(new IOException())).isNull();
        assertThat(Shortage.of(null)).isNull();
    }

    @Test
    void causesThatGoInCirclesEnd() {
        IllegalStateException one = new IllegalStateException("one");
        one.initCause(new IllegalStateException("other", one));
        assertThat(Shortage.of(one)).isNull();
    }
}
