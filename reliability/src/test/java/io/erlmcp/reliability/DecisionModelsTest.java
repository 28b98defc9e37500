package io.erlmcp.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.andon.AndonStep.Outcome;
import io.erlmcp.andon.Phase;
import io.erlmcp.guardian.GuardianEvent;
import io.erlmcp.supervision.GroupEffect;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testkit.Simulation;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The models keep their rules, come to what the rules are about, and find what is planted into
 * them. {@link RecoveryModelTest} has one of its own.
 */
@Requirement("R30")
class DecisionModelsTest {
    private static final int SEEDS = 300;
    private static final int STEPS = 100;

    /** A rule that nothing comes near says nothing. */
    private static <S, E> void comesTo(
            Simulation<S, E> simulation, Function<S, List<?>> told, List<Class<?>> all) {
        Map<String, Long> seen = new TreeMap<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            for (Simulation.Moment<S, E> moment : simulation.trace(seed, STEPS)) {
                for (Object each : told.apply(moment.after())) {
                    seen.merge(each.getClass().getSimpleName(), 1L, Long::sum);
                }
            }
        }
        for (Class<?> each : all) {
            assertThat(seen.getOrDefault(each.getSimpleName(), 0L))
                    .as("%s in %s", each.getSimpleName(), seen)
                    .isGreaterThan(SEEDS / 10);
        }
    }

    @Test
    void theAndonCordComesToAllThatItCanAnswer() {
        comesTo(
                new AndonModel(null).simulation(),
                world -> world.outcome() == null ? List.of() : List.of(world.outcome()),
                List.of(Outcome.class.getPermittedSubclasses()));
    }

    @Test
    void theGuardianTellsOfAllItCanDecide() {
        comesTo(
                new GuardianModel(null).simulation(),
                GuardianModel.World::events,
                List.of(
                        GuardianEvent.Warned.class,
                        GuardianEvent.Degraded.class,
                        GuardianEvent.Eased.class,
                        GuardianEvent.LimitsRaised.class,
                        GuardianEvent.EmergencyStop.class,
                        GuardianEvent.SheddingBegan.class,
                        GuardianEvent.SheddingEnded.class));
    }

    @Test
    void childrenOfADynamicSupervisorStartStopAreGivenUpAndForgotten() {
        comesTo(
                new DynamicModel(null).simulation(),
                world -> world.places().stream().flatMap(it -> it.done().stream()).toList(),
                List.of(
                        GroupEffect.StartRun.class,
                        GroupEffect.StopRun.class,
                        GroupEffect.Wake.class,
                        GroupEffect.Escalate.class,
                        GroupEffect.Closed.class));
    }

    @Test
    void stopsInOrderEndByThemselvesAndByForceAndAreGivenUp() {
        long drained = 0;
        long cut = 0;
        long givenUp = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            var last = new DrainModel(null).simulation().trace(seed, STEPS).getLast().after();
            drained += last.phase() == Phase.STOPPED && last.cuts() == 0 ? 1 : 0;
            cut += last.phase() == Phase.STOPPED && last.cuts() == 1 ? 1 : 0;
            givenUp += last.phase() == Phase.STOPPED && last.stubborn() > 0 ? 1 : 0;
        }
        assertThat(drained).isGreaterThan(SEEDS / 10);
        assertThat(cut).isGreaterThan(SEEDS / 10);
        assertThat(givenUp).isGreaterThan(SEEDS / 10);
    }

    @ParameterizedTest
    @CsvSource({
        AndonModel.ALWAYS_INSIST + ",nobody understood why it stopped",
        AndonModel.FORGET_A_HALT + ",nobody resumed it",
        DrainModel.CUT_AT_ONCE + ",is cut before its time is up",
        DrainModel.NEVER_GIVE_UP + ",does not come to its end",
        GuardianModel.TOO_SOON + ",holds back",
        GuardianModel.NO_BAND + ",goes from DEGRADED to WARN",
        DynamicModel.SHARE_A_FATE + ",shares what happens",
        DynamicModel.LOSE_A_REMOVAL + ",that was removed"
    })
    void aPlantedFaultIsFound(String plant, String found) {
        assertThatThrownBy(
                        () -> {
                            new AndonModel(plant).simulation().run(0, SEEDS, STEPS);
                            new DrainModel(plant).simulation().run(0, SEEDS, STEPS);
                            new GuardianModel(plant).simulation().run(0, SEEDS, STEPS);
                            new DynamicModel(plant).simulation().run(0, SEEDS, STEPS);
                        })
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(found);
    }

    @Test
    void theSameSeedGoesTheSameWay() {
        assertThat(new AndonModel(null).simulation().trace(7, STEPS))
                .hasToString(new AndonModel(null).simulation().trace(7, STEPS).toString());
        assertThat(new DrainModel(null).simulation().trace(7, STEPS))
                .hasToString(new DrainModel(null).simulation().trace(7, STEPS).toString());
        assertThat(new GuardianModel(null).simulation().trace(7, STEPS))
                .hasToString(new GuardianModel(null).simulation().trace(7, STEPS).toString());
        assertThat(new DynamicModel(null).simulation().trace(7, STEPS))
                .hasToString(new DynamicModel(null).simulation().trace(7, STEPS).toString());
    }
}
