package io.erlmcp.guardian;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

@Requirement("guardian.predict")
class TrendTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private static Trend of(double... percents) {
        Trend trend = Trend.NONE;
        for (int i = 0; i < percents.length; i++) {
            trend = trend.plus(i * 5 * SECOND, percents[i]);
        }
        return trend;
    }

    @Test
    void whatRisesSteadilyReachesItsLimitWhenALineDoes() {
        // 2 % in 5 s from 76 % on: 21 % more take 52.5 s
        assertThat(of(70, 72, 74, 76).until(97)).contains(Duration.ofMillis(52_500));
    }

    @Test
    void withNoiseThePredictionIsWithinAFifth() {
        Random random = new Random(3);
        Trend trend = Trend.NONE;
        for (int i = 0; i < 24; i++) {
            trend = trend.plus(i * 5 * SECOND, 50 + i * 1.5 + random.nextGaussian() * 0.7);
        }
        double left = 97 - (50 + 23 * 1.5);
        double expected = left / 1.5 * 5;
        assertThat(trend.until(97))
                .hasValueSatisfying(
                        time ->
                                assertThat((double) time.toMillis() / 1000)
                                        .isBetween(expected * 0.8, expected * 1.2));
    }

    @Test
    void whatDoesNotRiseOrOnlySwingsReachesNothing() {
        assertThat(of(70, 70, 70, 70, 70).until(97)).isEmpty();
        assertThat(of(80, 75, 70, 65).until(97)).isEmpty();
        assertThat(of(50, 80, 50, 80, 50, 80, 50, 81).until(97)).isEmpty();
        assertThat(of(70, 80, 90).until(97)).as("too little is known").isEmpty();
        assertThat(of(90, 93, 96, 99).until(97)).as("it is past it").isEmpty();
    }

    @Test
    void onlyTheLastReadingsAreKept() {
        Trend trend = Trend.NONE;
        for (int i = 0; i < 1_000; i++) {
            trend = trend.plus(i, i);
        }
        assertThat(trend.points()).hasSize(24);
        assertThat(trend.points().getLast().percent()).isEqualTo(999);
    }
}
