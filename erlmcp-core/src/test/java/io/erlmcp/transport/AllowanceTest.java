package io.erlmcp.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import org.junit.jupiter.api.Test;

@Requirement("R14")
class AllowanceTest {
    private static final long LIMIT = 8_000;
    private static final long USUAL = 300;

    private final ByteBudget budget = new ByteBudget(LIMIT);

    private long with(long used) {
        budget.charge(used - budget.usedBytes());
        return budget.allowance(USUAL);
    }

    @Test
    void aPeerMayHoldItsUsualShareWhileHalfIsFree() {
        assertThat(with(0)).isEqualTo(USUAL);
        assertThat(with(LIMIT / 2)).isEqualTo(USUAL);
        assertThat(with(LIMIT / 2 + 100)).isLessThan(USUAL).isPositive();
    }

    @Test
    void itMayHoldLessTheMoreIsUsedAndNothingFromSevenEighthsOn() {
        assertThat(with(5_500)).isEqualTo(USUAL / 2);
        assertThat(with(6_990)).isEqualTo(1);
        assertThat(with(LIMIT - LIMIT / 8)).isZero();
        assertThat(with(2 * LIMIT)).isZero();
    }
}
