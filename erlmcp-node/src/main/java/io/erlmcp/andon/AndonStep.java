package io.erlmcp.andon;

import io.erlmcp.observability.ComponentId;
import java.time.Instant;

/** The decisions of the andon cord: pure, so that the simulator can make thousands of them. */
public final class AndonStep {
    private AndonStep() {}

    /** What is asked for. */
    public sealed interface Ask {
        ComponentId component();

        String who();

        /** Stop it. */
        record Halting(
                ComponentId component,
                HaltState state,
                Category category,
                String reason,
                String who)
                implements Ask {}

        /** Let it go on. */
        record Resuming(ComponentId component, Analysis analysis, boolean isForced, String who)
                implements Ask {}
    }

    /** What came of it. */
    public sealed interface Outcome {
        /** It is stopped now. */
        record Halted(Halt halt) implements Outcome {}

        /** It was stopped already, at least as hard; nothing changed. */
        record AlreadyHalted(Halt halt) implements Outcome {}

        /** It may go on. */
        record Resumed(Stop stop) implements Outcome {}

        /** It was not stopped; nothing changed. */
        record NotHalted(ComponentId component) implements Outcome {}

        /** It stays stopped until what is missing is written down, or somebody insists. */
        record NeedsAnalysis(Halt halt, String missing) implements Outcome {}

        /** Nothing changed, because of a limit. */
        record Refused(String why) implements Outcome {}
    }

    /** The board after {@code ask}, and what to tell. */
    public record Step(Board board, Outcome outcome) {
        public boolean isChange() {
            return outcome instanceof Outcome.Halted || outcome instanceof Outcome.Resumed;
        }
    }

    /** What {@code ask} makes of {@code board}. */
    public static Step step(Board board, Ask ask, Instant now, AndonLimits limits) {
        return switch (ask) {
            case Ask.Halting halting -> halt(board, halting, now, limits);
            case Ask.Resuming resuming -> resume(board, resuming, now, limits);
        };
    }

    private static Step halt(Board board, Ask.Halting ask, Instant now, AndonLimits limits) {
        String tooLong = tooLong(limits, ask.reason(), ask.who());
        if (!tooLong.isEmpty()) {
            return new Step(board, new Outcome.Refused(tooLong));
        }
        Halt before = board.halts().get(ask.component());
        if (before != null) {
            Halt heavier =
                    before.as(
                            before.state() == HaltState.HALTED_FATAL ? before.state() : ask.state(),
                            before.category().isTrouble() && !ask.category().isTrouble()
                                    ? before.category()
                                    : ask.category(),
                            ask.reason(),
                            ask.who());
            return heavier.weight() <= before.weight()
                    ? new Step(board, new Outcome.AlreadyHalted(before))
                    : new Step(board.with(heavier), new Outcome.Halted(heavier));
        }
        // the whole node can always be stopped
        if (board.halts().size() >= limits.maxHalts()
                && !ask.component().equals(ComponentId.NODE)) {
            return new Step(
                    board,
                    new Outcome.Refused(
                            board.halts().size()
                                    + " components are halted, the limit is "
                                    + limits.maxHalts()
                                    + "; halt node instead"));
        }
        Halt halt =
                new Halt(
                        board.lastNumber() + 1,
                        ask.component(),
                        ask.state(),
                        ask.category(),
                        ask.reason(),
                        ask.who(),
                        now);
        return new Step(board.with(halt), new Outcome.Halted(halt));
    }

    private static Step resume(Board board, Ask.Resuming ask, Instant now, AndonLimits limits) {
        Analysis analysis = ask.analysis();
        String tooLong =
                tooLong(limits, analysis.cause(), analysis.fix(), analysis.prevention(), ask.who());
        if (!tooLong.isEmpty()) {
            return new Step(board, new Outcome.Refused(tooLong));
        }
        Halt halt = board.halts().get(ask.component());
        if (halt == null) {
            return new Step(board, new Outcome.NotHalted(ask.component()));
        }
        String missing = analysis.missing();
        boolean isAsked = limits.asksAlways() || needsAnalysis(halt);
        if (isAsked && !missing.isEmpty() && !ask.isForced()) {
            return new Step(board, new Outcome.NeedsAnalysis(halt, missing));
        }
        Stop stop = new Stop(halt, now, analysis, isAsked && !missing.isEmpty(), ask.who());
        return new Step(board.without(stop, limits.maxHistory()), new Outcome.Resumed(stop));
    }

    /** Whether a halt is an event that blocks its component until it is understood. */
    static boolean needsAnalysis(Halt halt) {
        return halt.category().isTrouble() || halt.state() == HaltState.HALTED_FATAL;
    }

    private static String tooLong(AndonLimits limits, String... texts) {
        for (String text : texts) {
            if (text.length() > limits.maxText()) {
                return "a text has "
                        + text.length()
                        + " characters, at most "
                        + limits.maxText()
                        + " are allowed";
            }
        }
        return "";
    }
}
