package io.erlmcp.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The timetable of an open loop, and the absence of one. */
class PaceTest {
    @Test
    void anOpenLoopStartsByTheTimetableWhateverTheClockSays() {
        Pace pace = Pace.fixed(1000, 500);

        assertThat(pace.next(999_999_999)).isEqualTo(500);
        assertThat(pace.take(999_999_999)).isEqualTo(500);
        assertThat(pace.take(999_999_999)).isEqualTo(1_000_500);
        assertThat(pace.next(0)).isEqualTo(2_000_500);
    }

    @Test
    void aRateThatDoesNotDivideTheSecondDoesNotDrift() {
        Pace pace = Pace.fixed(3, 0);
        for (int i = 0; i < 3_000; i++) {
            pace.take(0);
        }

        assertThat(pace.next(0)).isEqualTo(TimeUnit.SECONDS.toNanos(1000));
    }

    @Test
    void aClosedLoopStartsNow() {
        Pace pace = Pace.asAnswered();

        assertThat(pace.take(7)).isEqualTo(7);
        assertThat(pace.next(9)).isEqualTo(9);
        assertThat(pace.leftBefore(1_000)).isZero();
    }

    @Test
    void whatTheTimetableMeantToStartAndDidNotIsKnown() {
        Pace pace = Pace.fixed(10, 0);
        pace.take(0);
        pace.take(0);

        assertThat(pace.leftBefore(TimeUnit.SECONDS.toNanos(1))).isEqualTo(8);
        assertThat(pace.leftBefore(TimeUnit.MILLISECONDS.toNanos(150))).isZero();
        assertThat(pace.leftBefore(0)).isZero();
    }
}
