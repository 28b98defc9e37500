package io.erlmcp.reliability;

import static io.erlmcp.reliability.NumberedCalls.Told.ANSWERED;
import static io.erlmcp.reliability.NumberedCalls.Told.LOST;
import static io.erlmcp.reliability.NumberedCalls.Told.NOT_SENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import org.junit.jupiter.api.Test;

@Requirement("R32")
class NumberedCallsTest {
    @Test
    void whatWasAnsweredRanOnce() {
        assertThat(NumberedCalls.wrong(ANSWERED, 1)).isEmpty();
        assertThat(NumberedCalls.wrong(ANSWERED, 0)).contains("ran 0 times");
        assertThat(NumberedCalls.wrong(ANSWERED, 2)).contains("ran 2 times");
    }

    @Test
    void whatIsToComeBackDidNotRun() {
        assertThat(NumberedCalls.wrong(NOT_SENT, 0)).isEmpty();
        assertThat(NumberedCalls.wrong(NOT_SENT, 1)).contains("NOT_SENT");
    }

    @Test
    void whatWasLostMayHaveRunOnce() {
        assertThat(NumberedCalls.wrong(LOST, 0)).isEmpty();
        assertThat(NumberedCalls.wrong(LOST, 1)).isEmpty();
        assertThat(NumberedCalls.wrong(LOST, 2)).contains("ran 2 times");
    }

    @Test
    void whatOnlyReadsMayRunASecondTimeAndNoThird() {
        assertThat(NumberedCalls.wrongIfRead(ANSWERED, 0)).contains("ran 0 times");
        assertThat(NumberedCalls.wrongIfRead(ANSWERED, 2)).isEmpty();
        assertThat(NumberedCalls.wrongIfRead(LOST, 2)).isEmpty();
        assertThat(NumberedCalls.wrongIfRead(LOST, 3)).contains("ran 3 times");
    }
}
