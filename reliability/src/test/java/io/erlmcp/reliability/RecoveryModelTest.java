package io.erlmcp.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.testing.Requirement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Requirement({"R30", "recovery.halt-after", "recovery.circuit-respect", "strategist.steps"})
class RecoveryModelTest {
    private static final int SEEDS = 300;
    private static final int STEPS = 100;

    @Test
    void theDecisionsOfRecoveryKeepTheirRulesAndReachWhatTheRulesAreAbout() {
        RecoveryModel model = new RecoveryModel(null);
        long halts = 0;
        long successes = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            for (var moment : model.simulation().trace(seed, STEPS)) {
                String effects = moment.after().effects().toString();
                halts += effects.contains("Halt[") ? 1 : 0;
                successes += effects.contains("Recovered[") ? 1 : 0;
            }
        }
        assertThat(halts).as("a rule that nothing comes near says nothing").isGreaterThan(SEEDS);
        assertThat(successes).isGreaterThan(SEEDS);
    }

    @ParameterizedTest
    @CsvSource({
        RecoveryModel.HALT_ONE_LATE + ",restarts within the period",
        RecoveryModel.IGNORE_THE_BREAKER + ",while its breaker is open",
        RecoveryModel.RESTART_AFTER_A_HALT + ",and goes on"
    })
    void aPlantedFaultIsFound(String plant, String found) {
        RecoveryModel model = new RecoveryModel(plant);

        assertThatThrownBy(() -> model.simulation().run(0, SEEDS, STEPS))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(found);
    }

    @Test
    void theSameSeedGoesTheSameWay() {
        String first = new RecoveryModel(null).simulation().trace(7, STEPS).toString();

        assertThat(new RecoveryModel(null).simulation().trace(7, STEPS)).hasToString(first);
    }
}
