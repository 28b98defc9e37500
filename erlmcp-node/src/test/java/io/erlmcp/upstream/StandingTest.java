package io.erlmcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@Requirement("upstream.isolated")
class StandingTest {
    private static final Duration PATIENCE = Duration.ofMillis(100);
    private static final long WINDOW = Duration.ofMillis(50).toNanos();
    private static final long MINUTE = Standing.DOUBT.toNanos();

    private static Standing computes(Standing before) {
        return before.seen(WINDOW, true, false, PATIENCE);
    }

    private static Standing rests(Standing before) {
        return before.seen(WINDOW, false, false, PATIENCE);
    }

    @Test
    void aChildGoesLastWhenItHasComputedForTheWholeOfItsPatience() {
        Standing once = computes(Standing.GOOD);
        assertThat(once.isLast(PATIENCE, 0)).isFalse();
        assertThat(computes(once).isLast(PATIENCE, 0)).isTrue();
        assertThat(computes(rests(once)).isLast(PATIENCE, 0)).isFalse();
    }

    @Test
    void anEighthOfAProcessorIsBusyAndLessIsNot() {
        assertThat(Standing.isBusy(WINDOW, WINDOW / 8)).isTrue();
        assertThat(Standing.isBusy(WINDOW, WINDOW / 8 - 1)).isFalse();
    }

    @Test
    void whatGoesLastMayGetNothingAndStaysLastUntilItSpeaks() {
        Standing starved = rests(computes(computes(Standing.GOOD)));
        assertThat(starved.isLast(PATIENCE, 0)).isTrue();

        Standing spoken = starved.seen(WINDOW, true, true, PATIENCE);
        assertThat(spoken.isLast(PATIENCE, 0)).isFalse();
    }

    @Test
    void oneFailureIsAnAccidentAndASecondWithinAMinuteIsRememberedForAnother() {
        long now = Long.MAX_VALUE - 5; // where clocks turn over
        Standing once = Standing.GOOD.failed(now, now, PATIENCE);
        assertThat(once.isLast(PATIENCE, now)).isFalse();

        long then = now + MINUTE - 1;
        Standing twice = once.seen(WINDOW, false, true, PATIENCE).failed(then, then, PATIENCE);
        assertThat(twice.isLast(PATIENCE, then)).isTrue();
        assertThat(twice.isLast(PATIENCE, then + MINUTE - 1)).isTrue();
        assertThat(twice.isLast(PATIENCE, then + MINUTE)).isFalse();

        assertThat(twice.failed(then, then + 1, PATIENCE).isLast(PATIENCE, then + MINUTE)).isTrue();
        Standing later = once.failed(now + MINUTE, now + MINUTE, PATIENCE);
        assertThat(later.isLast(PATIENCE, now + MINUTE)).isFalse();
    }

    @Test
    void theMinuteEndsWhereTheNextRunBeginsHoweverLongThatTakesToFail() {
        Standing once = Standing.GOOD.failed(0, 0, PATIENCE);

        assertThat(once.failed(MINUTE - 1, 3 * MINUTE, PATIENCE).isLast(PATIENCE, 3 * MINUTE))
                .isTrue();
        assertThat(once.failed(MINUTE, 3 * MINUTE, PATIENCE).isLast(PATIENCE, 3 * MINUTE))
                .isFalse();
    }

    @Test
    void oneThatComputedToItsEndIsDoubtedAtOnceForAMinuteAndItsNextRunHasComputedNothing() {
        Standing failed = computes(computes(Standing.GOOD)).failed(0, 0, PATIENCE);

        assertThat(failed.computes(PATIENCE)).isFalse();
        assertThat(failed.isLast(PATIENCE, MINUTE - 1)).isTrue();
        assertThat(failed.isLast(PATIENCE, MINUTE)).isFalse();
        assertThat(computes(Standing.GOOD).failed(0, 0, PATIENCE).isLast(PATIENCE, 0)).isFalse();
    }
}
