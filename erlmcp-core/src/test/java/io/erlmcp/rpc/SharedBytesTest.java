package io.erlmcp.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

@Requirement("proto.sub-filter")
class SharedBytesTest {
    private static final int LENGTH = 1_000;

    private final AtomicLong counted = new AtomicLong();
    private final SharedBytes shared = SharedBytes.of(new byte[LENGTH]);

    private void hold(AtomicLong counter) {
        if (shared.hold(counter)) {
            counter.addAndGet(shared.length());
        }
    }

    private void letGo(AtomicLong counter) {
        if (shared.letGo(counter)) {
            counter.addAndGet(-shared.length());
        }
    }

    @Test
    void theyAreCountedOnceUntilTheLastLetsGo() {
        hold(counted);
        hold(counted);
        assertThat(counted).hasValue(LENGTH);
        letGo(counted);
        assertThat(counted).hasValue(LENGTH);
        letGo(counted);
        assertThat(counted).hasValue(0);
        hold(counted);
        assertThat(counted).as("once more").hasValue(LENGTH);
    }

    @Test
    void aSecondCounterCountsThemForEachOfItsPeers() {
        AtomicLong other = new AtomicLong();
        hold(counted);
        hold(other);
        hold(other);
        assertThat(other).hasValue(2 * LENGTH);
        letGo(counted);
        assertThat(counted).hasValue(0);
        letGo(other);
        letGo(other);
        assertThat(other).hasValue(0);
    }

    @Test
    void nothingIsLeftWhenManyTakeAndLetGoAtOnce() throws Exception {
        List<Thread> peers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            peers.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int turn = 0; turn < 20_000; turn++) {
                                            hold(counted);
                                            letGo(counted);
                                        }
                                    }));
        }
        for (Thread peer : peers) {
            peer.join();
        }
        assertThat(counted).hasValue(0);
    }
}
