package io.erlmcp.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import org.junit.jupiter.api.Test;

@Requirement({"R14", "R16"})
class ReadingPaceTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MOST = 20 * SECOND;

    private final ReadingPace pace = new ReadingPace(MOST);

    @Test
    void whoTakesNothingIsStalledWhenTheTimeIsOver() {
        assertThat(pace.isStalled(0, 0)).isFalse();
        assertThat(pace.isStalled(MOST - 1, 0)).isFalse();
        assertThat(pace.isStalled(MOST, 0)).isTrue();
    }

    @Test
    void whatWasTakenAtOnceBuysNoTimeForLater() {
        assertThat(pace.isStalled(0, 0)).isFalse();
        assertThat(pace.isStalled(SECOND, 4 << 20)).isFalse();
        assertThat(pace.isStalled(SECOND + MOST - 1, 4 << 20)).isFalse();
        assertThat(pace.isStalled(SECOND + MOST, 4 << 20)).isTrue();
    }

    @Test
    void whoTakesOneKibibyteASecondIsNeverStalled() {
        for (int second = 0; second < 1_000; second++) {
            assertThat(pace.isStalled(second * SECOND, second * 1024L)).isFalse();
        }
    }

    @Test
    void whoTakesALittleLessIsStalledInTheEnd() {
        long second = 0;
        while (!pace.isStalled(second * SECOND, second * 1000)) {
            second++;
            assertThat(second).isLessThan(1_000);
        }
        assertThat(second).isEqualTo(854); // 24 bytes of 1,024 are owed each second
    }

    @Test
    void whoHasTakenEverythingBeginsAnew() {
        assertThat(pace.isStalled(0, 0)).isFalse();
        pace.paid();
        assertThat(pace.isStalled(MOST, 0)).isFalse();
        assertThat(pace.isStalled(2 * MOST - 1, 0)).isFalse();
        assertThat(pace.isStalled(2 * MOST, 0)).isTrue();
    }
}
