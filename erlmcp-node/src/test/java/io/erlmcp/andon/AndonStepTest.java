package io.erlmcp.andon;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.andon.AndonStep.Ask;
import io.erlmcp.andon.AndonStep.Outcome;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.testing.Requirement;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AndonStepTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final ComponentId TOOL = Components.tool("echo");
    private static final Analysis WHOLE = new Analysis("a", "b", "c");

    private static AndonStep.Step step(Board board, Ask ask) {
        return AndonStep.step(board, ask, NOW, AndonLimits.DEFAULTS);
    }

    private static Ask halt(ComponentId component, HaltState state, Category category) {
        return new Ask.Halting(component, state, category, "why", "me");
    }

    private static Board halted(HaltState state, Category category) {
        return step(Board.EMPTY, halt(TOOL, state, category)).board();
    }

    @Test
    @Requirement("andon.halt-state")
    void aHaltHoldsForTheComponentAndWhatLiesInIt() {
        Board board =
                step(
                                Board.EMPTY,
                                halt(
                                        ComponentId.of("upstreams", "github"),
                                        HaltState.HALTED_MANUAL,
                                        Category.MANUAL))
                        .board();

        assertThat(board.over(ComponentId.of("upstreams", "github"))).isNotNull();
        assertThat(board.over(ComponentId.of("upstreams", "github", "process"))).isNotNull();
        assertThat(board.over(ComponentId.of("upstreams", "github2"))).isNull();
        assertThat(board.over(ComponentId.of("upstreams"))).isNull();
        assertThat(board.over(ComponentId.NODE)).isNull();
    }

    @Test
    void aSecondHaltChangesNothingUnlessItIsHeavier() {
        Board board = halted(HaltState.HALTED_MANUAL, Category.MANUAL);

        assertThat(step(board, halt(TOOL, HaltState.HALTED_MANUAL, Category.MANUAL)).outcome())
                .isInstanceOf(Outcome.AlreadyHalted.class);
        AndonStep.Step heavier = step(board, halt(TOOL, HaltState.HALTED_FATAL, Category.FAILURES));
        assertThat(heavier.board().halts().get(TOOL))
                .satisfies(
                        halt -> {
                            assertThat(halt.state()).isEqualTo(HaltState.HALTED_FATAL);
                            assertThat(halt.category()).isEqualTo(Category.FAILURES);
                            assertThat(halt.number()).isEqualTo(1);
                        });
        assertThat(
                        step(heavier.board(), halt(TOOL, HaltState.HALTED_MANUAL, Category.MANUAL))
                                .outcome())
                .isInstanceOf(Outcome.AlreadyHalted.class);
    }

    @Test
    @Requirement("tcps.philosophy")
    void anEventBlocksItsComponentUntilCauseFixAndPreventionAreWrittenDown() {
        Board board = halted(HaltState.HALTED_MANUAL, Category.INCIDENT);

        Outcome outcome =
                step(board, new Ask.Resuming(TOOL, new Analysis("a", " ", ""), false, "me"))
                        .outcome();
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.NeedsAnalysis.class,
                        it -> assertThat(it.missing()).isEqualTo("fix, prevention"));
        assertThat(step(board, new Ask.Resuming(TOOL, WHOLE, false, "me")).outcome())
                .isInstanceOfSatisfying(
                        Outcome.Resumed.class, it -> assertThat(it.stop().isForced()).isFalse());
    }

    @Test
    @Requirement("tcps.philosophy")
    void aForcedResumeIsRecordedAsOne() {
        Board board = halted(HaltState.HALTED_FATAL, Category.FAILURES);

        AndonStep.Step step = step(board, new Ask.Resuming(TOOL, Analysis.NONE, true, "me"));

        assertThat(step.board().history())
                .singleElement()
                .satisfies(stop -> assertThat(stop.isForced()).isTrue());
    }

    @Test
    void aPlannedStopEndsWithoutAnAnalysisUnlessAlwaysIsConfigured() {
        Board board = halted(HaltState.HALTED_MANUAL, Category.MANUAL);
        Ask resume = new Ask.Resuming(TOOL, Analysis.NONE, false, "me");

        assertThat(step(board, resume).outcome()).isInstanceOf(Outcome.Resumed.class);
        assertThat(
                        AndonStep.step(board, resume, NOW, AndonLimits.DEFAULTS.withAnalysis(true))
                                .outcome())
                .isInstanceOf(Outcome.NeedsAnalysis.class);
    }

    @Test
    @Requirement("security.operations")
    void haltsAreBoundedButTheNodeCanAlwaysBeHalted() {
        AndonLimits limits =
                new AndonLimits(2, 10, 100, false, 20, AndonLimits.DEFAULTS.receipts());
        Board board = Board.EMPTY;
        for (String name : new String[] {"a", "b"}) {
            board =
                    AndonStep.step(
                                    board,
                                    halt(
                                            Components.tool(name),
                                            HaltState.HALTED_MANUAL,
                                            Category.MANUAL),
                                    NOW,
                                    limits)
                            .board();
        }
        assertThat(board.halts()).hasSize(2);

        Ask third = halt(Components.tool("c"), HaltState.HALTED_MANUAL, Category.MANUAL);
        assertThat(AndonStep.step(board, third, NOW, limits).outcome())
                .isInstanceOfSatisfying(
                        Outcome.Refused.class, it -> assertThat(it.why()).contains("limit is 2"));
        Ask node = halt(ComponentId.NODE, HaltState.HALTED_FATAL, Category.RESOURCES);
        assertThat(AndonStep.step(board, node, NOW, limits).outcome())
                .isInstanceOf(Outcome.Halted.class);
    }

    @Test
    @Requirement({"andon.halt-tests", "security.operations"})
    void aTextAtTheLimitIsTakenAndOneMoreCharacterIsNot() {
        String most = "x".repeat(AndonLimits.DEFAULTS.maxText());
        Ask atLimit = new Ask.Halting(TOOL, HaltState.HALTED_MANUAL, Category.MANUAL, most, "me");
        Ask past =
                new Ask.Halting(TOOL, HaltState.HALTED_MANUAL, Category.MANUAL, most + "x", "me");

        assertThat(step(Board.EMPTY, atLimit).outcome()).isInstanceOf(Outcome.Halted.class);
        assertThat(step(Board.EMPTY, past).outcome())
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        it -> assertThat(it.why()).contains("1001").contains("1000"));
    }

    @Test
    @Requirement("security.operations")
    void historyKeepsTheNewestStops() {
        AndonLimits limits = AndonLimits.DEFAULTS.withHistory(2);
        Board board = Board.EMPTY;
        for (int i = 0; i < 3; i++) {
            board =
                    AndonStep.step(
                                    board,
                                    halt(TOOL, HaltState.HALTED_MANUAL, Category.MANUAL),
                                    NOW,
                                    limits)
                            .board();
            board =
                    AndonStep.step(
                                    board,
                                    new Ask.Resuming(TOOL, Analysis.NONE, false, "me"),
                                    NOW,
                                    limits)
                            .board();
        }
        assertThat(board.history())
                .extracting(stop -> stop.halt().number())
                .containsExactly(2L, 3L);
        assertThat(board.revision()).isEqualTo(6);
    }
}
