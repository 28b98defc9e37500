package io.erlmcp.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

@Requirement("R33")
class SlowdownTest {
    private static final int CALLS = 1_000;

    @Test
    void aFaultMayDoubleTheTimesAroundItAndNoMore() {
        Slowdown slowdown = new Slowdown(slowest(100));

        assertThat(slowdown.add("spin", slowest(200), slowest(100))).isEqualTo(200);
        assertThat(slowdown.failures()).isEmpty();

        slowdown.add("leak", slowest(201), slowest(100));
        assertThat(slowdown.failures()).containsExactly("beside leak: p99 201 us, at most 200");
    }

    @Test
    void theQuietTimesOnBothSidesCountAlike() {
        Slowdown slowdown = new Slowdown(slowest(100));

        // of both together one in a hundred took 160 or more
        assertThat(slowdown.add("spin", slowest(1), slowest(160))).isEqualTo(2 * 160);
        assertThat(slowdown.add("leak", slowest(1), slowest(100))).isEqualTo(2 * 160);
        assertThat(slowdown.add("die", slowest(1), slowest(100))).isEqualTo(2 * 100);
    }

    @Test
    void quietTimesThatDifferByMoreThanAFaultMayCostSayNothing() {
        Slowdown slowdown = new Slowdown(slowest(100));
        slowdown.add("spin", slowest(150), slowest(200));
        assertThat(slowdown.noise()).isEmpty();

        slowdown.add("leak", slowest(150), slowest(201));
        assertThat(slowdown.noise())
                .contains("the machine is not quiet: p99 alone between 100 and 201 us");
    }

    @Test
    void whatCostsMoreThanTwiceTheWorstQuietTimeFailsWhateverTheNoise() {
        Slowdown slowdown = new Slowdown(slowest(100));
        slowdown.add("spin", slowest(402), slowest(201));
        assertThat(slowdown.noise()).isPresent();
        assertThat(slowdown.certainFailures()).isEmpty();

        slowdown.add("leak", slowest(403), slowest(201));
        assertThat(slowdown.certainFailures())
                .containsExactly("beside leak: p99 403 us, at most 402");
    }

    @Test
    void aRunOfWhichNothingCanBeSaidIsNotGoodAndNeitherIsItsControl() {
        Findings findings = new Findings();
        findings.voidBecause("the machine is not quiet");
        assertThat(new Report.Part(null, findings, 1).isGood()).isFalse();
        assertThat(new Report.Part("planted", findings, 1).isGood()).isFalse();

        findings.fail("a wrong answer"); // that no noise makes
        assertThat(new Report.Part(null, findings, 1).isGood()).isFalse();
        assertThat(new Report.Part("planted", findings, 1).isGood()).isTrue();
    }

    /** Two in a hundred calls took so many microseconds, the others one. */
    private static SteadyCalls.Times slowest(long micros) {
        int slow = CALLS / 50;
        return new SteadyCalls.Times(
                LongStream.range(0, CALLS)
                        .map(it -> it < CALLS - slow ? 1_000 : micros * 1_000)
                        .boxed()
                        .toList());
    }
}
