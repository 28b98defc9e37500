package io.erlmcp.guardian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.observability.ResourceLevel;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Requirement({"guardian.limits", "guardian.degrade", "guardian.warn", "guardian.tests"})
class GuardianStepTest {
    private final GuardianStep step = new GuardianStep(GuardianConfig.DEFAULTS);
    private GuardianState state = GuardianState.CALM;
    private long nanos;

    private static Sample sample(long nanos, Reading memory, double threads, double cpu) {
        return new Sample(
                nanos,
                Map.of(
                        Resource.MEMORY, memory,
                        Resource.PROCESS, Reading.of("threads", threads),
                        Resource.FD, Reading.of("descriptors", 1),
                        Resource.CONNECTIONS, Reading.of("connections", 1),
                        Resource.CALLS, Reading.of("threads of calls", 1)),
                cpu);
    }

    private static Sample bounded(long nanos, Resource resource, double percent) {
        Map<Resource, Reading> readings =
                new EnumMap<>(sample(nanos, Reading.of("heap", 1), 1, 1).readings());
        readings.put(resource, Reading.of("it", percent));
        return new Sample(nanos, readings, 1);
    }

    private List<GuardianEvent> look(Sample sample) {
        GuardianStep.Outcome outcome = step.step(state, sample);
        state = outcome.state();
        return outcome.events();
    }

    private List<GuardianEvent> memory(double percent) {
        return memory(Reading.of("heap", percent));
    }

    private List<GuardianEvent> memory(Reading reading) {
        nanos += Duration.ofSeconds(1).toNanos();
        return look(sample(nanos, reading, 1, 1));
    }

    private static List<String> names(List<GuardianEvent> events) {
        return events.stream()
                .filter(
                        it ->
                                !(it instanceof GuardianEvent.SheddingBegan)
                                        && !(it instanceof GuardianEvent.SheddingEnded))
                .map(it -> it.getClass().getSimpleName())
                .toList();
    }

    private List<String> memories(double... percents) {
        List<GuardianEvent> all = new ArrayList<>();
        for (double percent : percents) {
            all.addAll(memory(percent));
        }
        return names(all);
    }

    @Test
    @Requirement("guardian.warn-action")
    void atTheWarningItWarnsOnceAndHoldsNothingBack() {
        assertThat(memories(84.9)).isEmpty();
        assertThat(memory(85))
                .singleElement()
                .isInstanceOfSatisfying(
                        GuardianEvent.Warned.class,
                        it -> {
                            assertThat(it.resource()).isEqualTo(Resource.MEMORY);
                            assertThat(it.recommendation()).contains("-Xmx");
                        });
        assertThat(memories(89.9, 85, 80)).isEmpty();
        assertThat(state.percent()).isEqualTo(100);
    }

    @Test
    @Requirement("guardian.degrade-action")
    void twoLooksInARowAtTheThresholdHoldBack() {
        assertThat(memories(86, 90, 89.9, 90)).containsExactly("Warned");
        assertThat(memories(90)).containsExactly("Degraded");
        assertThat(state.percent()).isEqualTo(50);
    }

    @Test
    @Requirement({"guardian.hard-action", "R21"})
    void aJumpToTheTopIsTakenInOrderAndTheNodeDoesNotEndForOneLook() {
        assertThat(memories(98)).containsExactly("Warned");
        assertThat(memories(98)).containsExactly("Degraded");
        assertThat(memories(98)).containsExactly("EmergencyStop");
    }

    @Test
    void oneLookAtTheHardLimitDoesNotEndANodeThatHoldsBack() {
        memories(91, 91, 91);
        assertThat(memories(97, 96.9, 97)).isEmpty();
        assertThat(memories(97)).containsExactly("EmergencyStop");
    }

    @Test
    void aLookThatKnowsNothingNewDoesNotEndTheNode() {
        memories(91, 91);
        Reading old = new Reading("heap", 99, 99, false);
        for (int i = 0; i < 20; i++) {
            assertThat(memory(old)).isEmpty();
        }
        assertThat(memories(99)).isEmpty();
        assertThat(memories(99)).containsExactly("EmergencyStop");
    }

    @Test
    @Requirement("degradation.exit")
    void belowTheThresholdOfLeavingLimitsComeBackStepByStep() {
        memories(91, 91);
        assertThat(memories(80, 80, 80)).as("at it, not below").isEmpty();
        assertThat(memories(79.9, 81, 79.9)).as("not twice in a row").isEmpty();
        assertThat(memories(79.9)).containsExactly("Eased", "LimitsRaised");
        assertThat(state.percent()).isEqualTo(60);
        assertThat(memories(79, 79, 79))
                .containsExactly("LimitsRaised", "Eased", "LimitsRaised", "LimitsRaised");
        assertThat(memory(79))
                .singleElement()
                .isInstanceOfSatisfying(
                        GuardianEvent.Recovered.class,
                        it -> assertThat(it.held()).isEqualTo(Duration.ofSeconds(11)));
        assertThat(state.percent()).isEqualTo(100);
        assertThat(memories(79, 79)).isEmpty();
    }

    @Test
    void whileLimitsComeBackPressureHoldsBackAgain() {
        memories(91, 91, 70, 70, 70);
        assertThat(state.percent()).isEqualTo(70);
        // two looks brought it down to a warning, and the third alone does not end that
        assertThat(memories(95, 95)).containsExactly("LimitsRaised", "Degraded");
        assertThat(state.percent()).isEqualTo(50);
    }

    @Test
    void whatWasAllRightForTwoLooksMoreIsWarnedOfAgain() {
        memories(91, 91, 70, 70, 70, 70);
        assertThat(memories(95, 95)).startsWith("Warned").contains("Degraded");
        assertThat(state.percent()).isEqualTo(50);
    }

    @Test
    @Requirement("R21")
    void noiseAroundAThresholdDoesNotFlap() {
        Random random = new Random(7);
        int changes = 0;
        for (int i = 0; i < 2_000; i++) {
            changes += names(memory(90 + random.nextGaussian() * 2)).size();
        }
        assertThat(changes).as("warned, held back, and nothing more").isLessThanOrEqualTo(2);
    }

    @Test
    void threadsAndDescriptorsHaveThresholdsOfTheirOwn() {
        nanos += 1;
        assertThat(names(look(sample(nanos, Reading.of("heap", 1), 75, 1))))
                .containsExactly("Warned");
        assertThat(names(look(sample(nanos + 1, Reading.of("heap", 1), 80, 1)))).isEmpty();
        assertThat(names(look(sample(nanos + 2, Reading.of("heap", 1), 80, 1))))
                .containsExactly("Degraded");
        assertThat(names(look(sample(nanos + 3, Reading.of("heap", 1), 95, 1)))).isEmpty();
        assertThat(names(look(sample(nanos + 4, Reading.of("heap", 1), 95, 1))))
                .containsExactly("EmergencyStop");
    }

    @Test
    void descriptorsThatConnectionsHoldNeverEndTheNode() {
        for (int i = 0; i < 50; i++) {
            nanos += 1;
            Sample full =
                    new Sample(
                            nanos,
                            Map.of(
                                    Resource.MEMORY, Reading.of("heap", 1),
                                    Resource.PROCESS, Reading.of("threads", 1),
                                    Resource.FD, new Reading("descriptors", 100, 20, true),
                                    Resource.CONNECTIONS, Reading.of("connections", 1),
                                    Resource.CALLS, Reading.of("threads of calls", 1)),
                            1);
            assertThat(names(look(full))).doesNotContain("EmergencyStop");
        }
        assertThat(state.of(Resource.FD).level()).isEqualTo(ResourceLevel.DEGRADED);
    }

    @Test
    @Requirement({"backpressure.config", "backpressure.shed"})
    void memoryOrProcessorShedLowPriorityFromTheirThresholdsOn() {
        assertThat(look(sample(1, Reading.of("heap", 1), 1, 95))).isEmpty();
        assertThat(look(sample(2, Reading.of("heap", 1), 1, 94.9))).isEmpty();
        assertThat(look(sample(3, Reading.of("heap", 1), 1, 95))).isEmpty();
        assertThat(look(sample(4, Reading.of("heap", 1), 1, 99)))
                .containsExactly(new GuardianEvent.SheddingBegan("cpu", 99));
        assertThat(look(sample(5, Reading.of("heap", 1), 1, 90))).isEmpty();
        assertThat(look(sample(6, Reading.of("heap", 1), 1, 89))).isEmpty();
        assertThat(look(sample(7, Reading.of("heap", 1), 1, 89)))
                .containsExactly(new GuardianEvent.SheddingEnded());
        assertThat(state.percent()).as("nothing else is held back").isEqualTo(100);
    }

    private List<String> bounded(Resource resource, double... percents) {
        List<GuardianEvent> all = new ArrayList<>();
        for (double percent : percents) {
            nanos += 1;
            all.addAll(look(bounded(nanos, resource, percent)));
        }
        return names(all);
    }

    @ParameterizedTest
    @CsvSource({"CONNECTIONS, 75, 100", "CALLS, 75, 80"})
    @Requirement({"guardian.measure", "guardian.warn-action", "degradation.exit"})
    void connectionsAndCallsAreToldOfAtTheirThresholdsAndLeftBelowThem(
            Resource resource, double warn, double degrade) {
        assertThat(bounded(resource, warn - 0.1)).isEmpty();
        assertThat(bounded(resource, warn)).containsExactly("Warned");
        assertThat(bounded(resource, degrade, degrade - 0.1, degrade)).as("not twice").isEmpty();
        assertThat(bounded(resource, degrade)).containsExactly("Degraded");
        assertThat(state.percent()).as("callers keep their limits").isEqualTo(100);
        assertThat(state.isHolding()).isFalse();
        double leave = degrade - 10;
        assertThat(bounded(resource, leave, leave, leave)).as("at it, not below").isEmpty();
        assertThat(bounded(resource, leave - 0.1, leave, leave - 0.1)).as("not twice").isEmpty();
        assertThat(bounded(resource, leave - 0.1)).containsExactly("Eased");
        double calm = Math.min(leave, warn - 5);
        assertThat(bounded(resource, warn - 5, warn - 5, warn - 5)).as("at the band").isEmpty();
        assertThat(bounded(resource, calm - 0.1, calm - 0.1)).containsExactly("Eased");
        assertThat(state.of(resource).level()).isEqualTo(ResourceLevel.NORMAL);
    }

    @ParameterizedTest
    @EnumSource(
            value = Resource.class,
            names = {"CONNECTIONS", "CALLS"})
    @Requirement("guardian.hard-action")
    void whatHasALimitOfItsOwnNeverEndsTheNode(Resource resource) {
        assertThat(resource.isBounded()).isTrue();
        assertThat(bounded(resource, 100, 100, 101, 100, 100, 100, 100, 100))
                .containsExactly("Warned", "Degraded");
        assertThat(state.of(resource).level()).isEqualTo(ResourceLevel.DEGRADED);
    }

    @Test
    void thresholdsMustRise() {
        assertThatThrownBy(() -> Thresholds.of(90, 90, 97))
                .hasMessageContaining("warn 90.0, degrade 90.0, hard 97.0");
        assertThatThrownBy(() -> Thresholds.of(85, 98, 97)).hasMessageContaining("must rise");
    }
}
