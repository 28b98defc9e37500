package io.erlmcp.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.client.Phase;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ByteBudget;
import java.time.Duration;
import java.time.Instant;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@Requirement("R30")
class SimulationTest {
    private static final int SEEDS = 1_000;

    private static Simulation<Phase, Phase.Step> phases(
            Simulation.Step<Phase, Phase.Step> decision) {
        Phase.Step[] steps = Phase.Step.values();
        return Simulation.of(
                        () -> Phase.PRE_INITIALIZATION,
                        (Phase phase, RandomGenerator random) ->
                                steps[random.nextInt(steps.length)],
                        decision)
                .rule(SimulationTest::closedIsFinal)
                .rule(SimulationTest::readyOnlyByConnecting);
    }

    /** The client's own decision; a step that is refused leaves the phase as it is. */
    private static Phase next(Phase phase, Phase.Step step, SimulatedTime time) {
        try {
            return phase.on(step);
        } catch (IllegalStateException e) {
            return phase;
        }
    }

    private static @Nullable String closedIsFinal(Simulation.Moment<Phase, Phase.Step> moment) {
        boolean reopened = moment.before() == Phase.CLOSED && moment.after() != Phase.CLOSED;
        return reopened ? "a closed client was opened again" : null;
    }

    private static @Nullable String readyOnlyByConnecting(
            Simulation.Moment<Phase, Phase.Step> moment) {
        boolean jumped =
                moment.after() == Phase.INITIALIZED
                        && moment.before() != Phase.INITIALIZED
                        && moment.before() != Phase.INITIALIZING;
        return jumped ? "ready without a handshake" : null;
    }

    @Test
    @Requirement("proto.phases")
    void thePhasesOfAClientKeepTheirOrderUnderAThousandSeeds() {
        phases(SimulationTest::next).run(1, SEEDS, 50);
    }

    @Test
    void aBrokenDecisionIsFoundAndShownWithItsSeed() {
        Simulation<Phase, Phase.Step> broken =
                phases(
                        (phase, step, time) ->
                                step == Phase.Step.CONNECTED
                                        ? Phase.INITIALIZED
                                        : next(phase, step, time));
        assertThatThrownBy(() -> broken.run(1, SEEDS, 50))
                .isInstanceOf(AssertionError.class)
                .hasMessageMatching("(?s)seed \\d+: .*--CONNECTED-->  INITIALIZED");
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        Simulation<Phase, Phase.Step> simulation = phases(SimulationTest::next);
        assertThat(simulation.trace(42, 50)).isEqualTo(simulation.trace(42, 50));
        assertThat(simulation.trace(42, 50)).isNotEqualTo(simulation.trace(43, 50));
    }

    /** What a budget should hold, beside the real one; {@code model} is computed without it. */
    private record Books(ByteBudget budget, long model) {}

    @Test
    @Requirement("transport.mem-conn")
    void aByteBudgetNeverLendsMoreThanItHas() {
        Simulation.<Books, Long>of(
                        () -> new Books(new ByteBudget(100), 0),
                        (books, random) ->
                                random.nextBoolean()
                                        ? random.nextLong(1, 60)
                                        : -random.nextLong(0, books.model() + 1),
                        (books, bytes, time) -> lend(books, bytes))
                .rule(moment -> moment.after().model() > 100 ? "more than 100 bytes" : null)
                .rule(
                        moment ->
                                moment.after().model() == moment.after().budget().usedBytes()
                                        ? null
                                        : "the books are wrong: " + moment.after().model())
                .maxPause(Duration.ofMillis(1))
                .run(1, SEEDS, 50);
    }

    private static Books lend(Books books, long bytes) {
        if (bytes <= 0) {
            books.budget().release(-bytes);
            return new Books(books.budget(), books.model() + bytes);
        }
        boolean lent = books.budget().tryAcquire(bytes);
        return new Books(books.budget(), books.model() + (lent ? bytes : 0));
    }

    @Test
    void simulatedTimeMovesOnlyForwardAndWhenTold() {
        SimulatedTime time = new SimulatedTime();
        Instant before = time.now();
        time.advance(Duration.ofSeconds(2));
        assertThat(time.now()).isEqualTo(before.plusSeconds(2));
        assertThat(time.nanos()).isEqualTo(2_000_000_000L);
        assertThatThrownBy(() -> time.advance(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
