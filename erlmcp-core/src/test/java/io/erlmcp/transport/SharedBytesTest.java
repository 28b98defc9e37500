package io.erlmcp.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@Requirement("proto.sub-filter")
class SharedBytesTest {
    private static final int LENGTH = 1_000;

    private final ByteBudget budget = new ByteBudget(1 << 20);
    private final SharedBytes shared = SharedBytes.of(new byte[LENGTH]);

    @Test
    void theyAreCountedOnceUntilTheLastLetsGo() {
        shared.hold(budget);
        shared.hold(budget);
        assertThat(budget.usedBytes()).isEqualTo(LENGTH);
        shared.letGo(budget);
        assertThat(budget.usedBytes()).isEqualTo(LENGTH);
        shared.letGo(budget);
        assertThat(budget.usedBytes()).isZero();
        shared.hold(budget);
        assertThat(budget.usedBytes()).as("once more").isEqualTo(LENGTH);
    }

    @Test
    void aSecondBudgetCountsThemForEachOfItsPeers() {
        ByteBudget other = new ByteBudget(1 << 20);
        shared.hold(budget);
        shared.hold(other);
        shared.hold(other);
        assertThat(other.usedBytes()).isEqualTo(2 * LENGTH);
        shared.letGo(budget);
        assertThat(budget.usedBytes()).isZero();
        shared.letGo(other);
        shared.letGo(other);
        assertThat(other.usedBytes()).isZero();
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
                                            shared.hold(budget);
                                            shared.letGo(budget);
                                        }
                                    }));
        }
        for (Thread peer : peers) {
            peer.join();
        }
        assertThat(budget.usedBytes()).isZero();
    }
}
