package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.testing.Requirement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Requirement("proto.phases")
class PhaseTest {
    @ParameterizedTest
    @CsvSource({
        "PRE_INITIALIZATION, CONNECT, INITIALIZING",
        "INITIALIZING, CONNECTED, INITIALIZED",
        "INITIALIZING, FAIL, ERROR",
        "INITIALIZED, FAIL, ERROR",
        "INITIALIZED, CONNECT, INITIALIZING",
        "ERROR, CONNECT, INITIALIZING",
        "ERROR, CLOSE, CLOSED",
        "PRE_INITIALIZATION, CLOSE, CLOSED",
        "CLOSED, CLOSE, CLOSED",
        "CLOSED, FAIL, CLOSED"
    })
    void stepsInOrderLeadOn(Phase from, Phase.Step step, Phase to) {
        assertThat(from.on(step)).isEqualTo(to);
    }

    @ParameterizedTest
    @CsvSource({
        "PRE_INITIALIZATION, CONNECTED",
        "PRE_INITIALIZATION, FAIL",
        "INITIALIZING, CONNECT",
        "INITIALIZED, CONNECTED",
        "ERROR, CONNECTED",
        "CLOSED, CONNECT",
        "CLOSED, CONNECTED"
    })
    void stepsOutOfOrderAreRefused(Phase from, Phase.Step step) {
        assertThatThrownBy(() -> from.on(step))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(from.name())
                .hasMessageContaining(step.name());
    }

    @Test
    void everyPhaseCanBeClosed() {
        for (Phase phase : Phase.values()) {
            assertThat(phase.on(Phase.Step.CLOSE)).isEqualTo(Phase.CLOSED);
        }
    }
}
