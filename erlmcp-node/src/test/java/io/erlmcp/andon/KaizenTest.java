package io.erlmcp.andon;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@Requirement("tcps.philosophy")
class KaizenTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final ComponentId ECHO = Components.tool("echo");
    private static final ComponentId OTHER = Components.tool("other");

    private static Halt halt(ComponentId component, Category category, Duration ago) {
        return new Halt(1, component, HaltState.HALTED_MANUAL, category, "", "me", NOW.minus(ago));
    }

    private static Stop stop(Halt halt, Duration lasted, boolean isForced) {
        return new Stop(halt, halt.since().plus(lasted), Analysis.NONE, isForced, "me");
    }

    @Test
    void theReportSaysWhatStoppedHowLongHowOftenAndWhatComesBack() {
        Board board =
                new Board(
                        5,
                        3,
                        Map.of(ECHO, halt(ECHO, Category.INCIDENT, Duration.ofMinutes(10))),
                        List.of(
                                stop(
                                        halt(ECHO, Category.INCIDENT, Duration.ofHours(5)),
                                        Duration.ofMinutes(30),
                                        true),
                                stop(
                                        halt(OTHER, Category.MANUAL, Duration.ofHours(4)),
                                        Duration.ofMinutes(1),
                                        false),
                                stop(
                                        halt(OTHER, Category.MANUAL, Duration.ofHours(3)),
                                        Duration.ofMinutes(2),
                                        false)));

        List<Kaizen.Line> lines = Kaizen.report(board, NOW);

        assertThat(lines)
                .containsExactly(
                        new Kaizen.Line(
                                ECHO,
                                2,
                                Duration.ofMinutes(40),
                                Duration.ofMinutes(30),
                                List.of(Category.INCIDENT),
                                1,
                                true),
                        new Kaizen.Line(
                                OTHER,
                                2,
                                Duration.ofMinutes(3),
                                Duration.ofMinutes(2),
                                List.of(),
                                0,
                                false));
    }

    @Test
    void aClockThatWasSetBackMakesNoNegativeStop() {
        Halt halt = halt(ECHO, Category.MANUAL, Duration.ZERO);

        assertThat(stop(halt, Duration.ofHours(-1), false).lasted()).isZero();
    }
}
