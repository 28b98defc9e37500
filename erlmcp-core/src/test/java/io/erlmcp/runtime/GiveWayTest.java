package io.erlmcp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

/** When a loop lets others go first, and when it does not any more. */
class GiveWayTest {
    private static final class Clock implements Time {
        private long nanos = Long.MAX_VALUE - 1; // about to begin anew

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public Instant now() {
            return Instant.EPOCH;
        }
    }

    private final Clock clock = new Clock();
    private long othersTake;
    private int times;
    private final GiveWay others =
            new GiveWay(
                    clock,
                    () -> {
                        times++;
                        clock.nanos += othersTake;
                    });

    private int timesOf(int turns) {
        times = 0;
        for (int i = 0; i < turns; i++) {
            others.now();
        }
        return times;
    }

    @Test
    void othersGoFirstEachTimeWhileTheyTakeNoLongerThanTheBound() {
        othersTake = GiveWay.LONG_NANOS;
        assertThat(timesOf(3)).isEqualTo(3);
    }

    @Test
    void afterOneThatTookLongerNoneFollowsUntilThePauseIsOver() {
        othersTake = GiveWay.LONG_NANOS + 1;
        assertThat(timesOf(3)).isEqualTo(1);

        clock.nanos += GiveWay.PAUSE_NANOS - 1;
        assertThat(timesOf(3)).as("a nanosecond before its end").isZero();

        clock.nanos++;
        assertThat(timesOf(3)).as("at its end").isEqualTo(1);
    }
}
