package io.erlmcp.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The timetable of an open loop, and the absence of one. */
class PaceTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void anOpenLoopStartsByTheTimetableWhateverTheClockSays() {
        Pace pace = Pace.fixed(1000, 500, 500);

        assertThat(pace.next(999_999_999)).isEqualTo(500);
        assertThat(pace.take(999_999_999)).isEqualTo(500);
        assertThat(pace.take(999_999_999)).isEqualTo(1_000_500);
        assertThat(pace.next(0)).isEqualTo(2_000_500);
    }

    @Test
    void aRateThatDoesNotDivideTheSecondDoesNotDrift() {
        Pace pace = Pace.fixed(3, 0, 0);
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
        Pace pace = Pace.fixed(10, 0, 0);
        pace.take(0);
        pace.take(0);

        assertThat(pace.leftBefore(TimeUnit.SECONDS.toNanos(1))).isEqualTo(8);
        assertThat(pace.leftBefore(TimeUnit.MILLISECONDS.toNanos(150))).isZero();
        assertThat(pace.leftBefore(0)).isZero();
    }

    @Test
    void whatAWarmUpWasLateWithIsLeftOutAndWhatIsMeasuredIsNot() {
        Pace pace = Pace.fixed(10, 0, SECOND);
        assertThat(pace.take(0)).isZero();
        assertThat(pace.next(SECOND - 1)).isEqualTo(SECOND / 10);
        assertThat(pace.take(SECOND)).isEqualTo(SECOND);
        assertThat(pace.take(3 * SECOND)).isEqualTo(SECOND + SECOND / 10);
        assertThat(pace.leftBefore(2 * SECOND)).isEqualTo(8);
    }

    @Test
    void itBeginsAnewWhereTheWarmUpEndsHoweverLateThatIsSeen() {
        Pace pace = Pace.fixed(10, 0, SECOND);
        assertThat(pace.take(3 * SECOND)).isEqualTo(SECOND);
        assertThat(pace.leftBefore(2 * SECOND)).isEqualTo(9);
    }

    @Test
    void aTimetableThatWasKeptDoesNotBeginAnew() {
        Pace pace = Pace.fixed(3, 0, SECOND / 2);
        assertThat(pace.take(0)).isZero();
        assertThat(pace.take(SECOND / 3)).isEqualTo(SECOND / 3);
        assertThat(pace.take(SECOND)).isEqualTo(2 * SECOND / 3);
    }
}
