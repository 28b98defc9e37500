package io.erlmcp.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.erlmcp.testing.Requirement;
import java.util.Random;
import org.junit.jupiter.api.Test;

@Requirement("R29")
class GrowthTest {
    @Test
    void aSteadyLeakIsFoundAmongWildLooks() {
        assertThat(growth(2).whole()).isCloseTo(2 * 99, within(20.0));
    }

    @Test
    void wildLooksAloneAreNoGrowth() {
        assertThat(growth(0).whole()).isCloseTo(0, within(20.0));
    }

    @Test
    void whatFellAgainAndAgainDidNotGrow() {
        Growth growth = new Growth();
        for (int i = 0; i < 100; i++) {
            growth.add(i, i % 10);
        }
        assertThat(growth.whole()).isLessThan(10);
    }

    @Test
    void oneLookSaysNothing() {
        Growth growth = new Growth();
        growth.add(1, 1_000);

        assertThat(growth.whole()).isZero();
        assertThat(growth.middle()).isEqualTo(1_000);
    }

    /** A look a second; one of ten is far off. */
    private static Growth growth(double perSecond) {
        Random random = new Random(7);
        Growth growth = new Growth();
        for (int i = 0; i < 100; i++) {
            double noise = random.nextInt(10) == 0 ? 500 : random.nextDouble(10);
            growth.add(i, 1_000 + perSecond * i + noise);
        }
        return growth;
    }
}
