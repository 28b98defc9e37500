package io.erlmcp.reliability;

import io.erlmcp.andon.Analysis;
import io.erlmcp.andon.AndonLimits;
import io.erlmcp.andon.AndonStep;
import io.erlmcp.andon.AndonStep.Ask;
import io.erlmcp.andon.AndonStep.Outcome;
import io.erlmcp.andon.Board;
import io.erlmcp.andon.Category;
import io.erlmcp.andon.Halt;
import io.erlmcp.andon.HaltState;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.testkit.SimulatedTime;
import io.erlmcp.testkit.Simulation;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The decisions of the andon cord, with operators who stop and resume, with and without an
 * analysis, insisting or not, components and the whole node, up to the limits and past them.
 */
final class AndonModel {
    static final String ALWAYS_INSIST = "always-insist";
    static final String FORGET_A_HALT = "forget-a-halt";

    private static final AndonLimits LIMITS =
            new AndonLimits(4, 5, 20, false, 20, AndonLimits.DEFAULTS.receipts());
    private static final String TOO_LONG = "x".repeat(LIMITS.maxText() + 1);
    private static final List<Category> CATEGORIES = List.of(Category.values());
    private static final List<ComponentId> IDS =
            List.of(
                    ComponentId.NODE,
                    ComponentId.of("tools"),
                    ComponentId.of("tools", "a"),
                    ComponentId.of("tools", "b"),
                    ComponentId.of("upstreams", "c"),
                    ComponentId.of("upstreams", "d"),
                    ComponentId.of("listeners", "http"));

    private final String plant;

    AndonModel(@Nullable String plant) {
        this.plant = plant == null ? "" : plant;
    }

    /**
     * The board, and what came of the last ask.
     *
     * @param outcome null before the first
     */
    record World(Board board, @Nullable Outcome outcome) {}

    Simulation<World, Ask> simulation() {
        return Simulation.of(() -> new World(Board.EMPTY, null), AndonModel::next, this::step)
                .rule(AndonModel::staysHalted)
                .rule(AndonModel::neverLighter)
                .rule(AndonModel::isUnderstood)
                .rule(AndonModel::isNumbered)
                .rule(AndonModel::isBounded)
                .rule(AndonModel::nodeCanBeHalted)
                .rule(AndonModel::holdsBelow)
                .maxPause(Duration.ofMinutes(1));
    }

    private static Ask next(World world, RandomGenerator random) {
        ComponentId component = IDS.get(random.nextInt(IDS.size()));
        String who = random.nextInt(20) == 0 ? TOO_LONG : "somebody";
        if (random.nextInt(5) < 3) {
            return new Ask.Halting(
                    component,
                    random.nextInt(3) == 0 ? HaltState.HALTED_FATAL : HaltState.HALTED_MANUAL,
                    CATEGORIES.get(random.nextInt(CATEGORIES.size())),
                    "why",
                    who);
        }
        String word = random.nextBoolean() ? "a" : "";
        Analysis analysis = new Analysis(word, word, random.nextBoolean() ? word : "");
        return new Ask.Resuming(component, analysis, random.nextInt(4) == 0, who);
    }

    private World step(World world, Ask ask, SimulatedTime time) {
        Ask asked =
                plant.equals(ALWAYS_INSIST) && ask instanceof Ask.Resuming it
                        ? new Ask.Resuming(it.component(), it.analysis(), true, it.who())
                        : ask;
        AndonStep.Step step = AndonStep.step(world.board(), asked, time.now(), LIMITS);
        Board board = step.board();
        if (plant.equals(FORGET_A_HALT) && ask instanceof Ask.Halting && board.halts().size() > 1) {
            board = without(board, world.board());
        }
        return new World(board, step.outcome());
    }

    /** As if only the newest were written. */
    private static Board without(Board board, Board before) {
        Map<ComponentId, Halt> fewer = new HashMap<>(board.halts());
        before.halts().keySet().stream().findFirst().ifPresent(fewer::remove);
        return new Board(board.revision(), board.lastNumber(), fewer, board.history());
    }

    // ---- rules ----

    private static Map<ComponentId, Halt> halts(World world) {
        return world.board().halts();
    }

    /** What is stopped goes on when somebody resumes it, and not otherwise. */
    private static @Nullable String staysHalted(Simulation.Moment<World, Ask> moment) {
        for (ComponentId id : halts(moment.before()).keySet()) {
            boolean isResumed =
                    moment.after().outcome() instanceof Outcome.Resumed it
                            && it.stop().halt().component().equals(id)
                            && moment.event().component().equals(id);
            if (!halts(moment.after()).containsKey(id) && !isResumed) {
                return id + " goes on, and nobody resumed it";
            }
        }
        boolean isSaid = moment.after().outcome() instanceof Outcome.Halted;
        return isSaid && !halts(moment.after()).containsKey(moment.event().component())
                ? moment.event().component() + " is said to be halted, and is not"
                : null;
    }

    private static @Nullable String neverLighter(Simulation.Moment<World, Ask> moment) {
        for (Map.Entry<ComponentId, Halt> each : halts(moment.before()).entrySet()) {
            Halt now = halts(moment.after()).get(each.getKey());
            if (now == null) {
                continue;
            }
            Halt was = each.getValue();
            boolean isMilder =
                    was.state() == HaltState.HALTED_FATAL && now.state() != HaltState.HALTED_FATAL;
            boolean isForgotten = was.category().isTrouble() && !now.category().isTrouble();
            if (isMilder
                    || isForgotten
                    || !was.since().equals(now.since())
                    || was.number() != now.number()) {
                return "the halt of " + each.getKey() + " was " + was + " and is now " + now;
            }
        }
        return null;
    }

    /** Trouble is over when it is understood, or when somebody insists, who is remembered. */
    private static @Nullable String isUnderstood(Simulation.Moment<World, Ask> moment) {
        if (!(moment.after().outcome() instanceof Outcome.Resumed it)
                || !(moment.event() instanceof Ask.Resuming ask)) {
            return null;
        }
        Halt halt = it.stop().halt();
        boolean isTrouble = halt.category().isTrouble() || halt.state() == HaltState.HALTED_FATAL;
        Analysis words = ask.analysis();
        boolean isWhole =
                !words.cause().isEmpty() && !words.fix().isEmpty() && !words.prevention().isEmpty();
        if (isTrouble && !isWhole && !ask.isForced()) {
            return halt.component() + " goes on, and nobody understood why it stopped";
        }
        return it.stop().isForced() != (isTrouble && !isWhole)
                ? "whether somebody insisted is written wrongly: " + it.stop()
                : null;
    }

    private static @Nullable String isNumbered(Simulation.Moment<World, Ask> moment) {
        Board before = moment.before().board();
        Board after = moment.after().board();
        boolean isChange =
                moment.after().outcome() instanceof Outcome.Halted
                        || moment.after().outcome() instanceof Outcome.Resumed;
        if (after.revision() != before.revision() + (isChange ? 1 : 0)) {
            return "the revision goes from " + before.revision() + " to " + after.revision();
        }
        for (Halt halt : after.halts().values()) {
            boolean isFresh = !before.halts().containsKey(halt.component());
            if (isFresh && halt.number() <= before.lastNumber()) {
                return "the number " + halt.number() + " is used twice";
            }
        }
        return null;
    }

    private static @Nullable String isBounded(Simulation.Moment<World, Ask> moment) {
        Board board = moment.after().board();
        long others =
                board.halts().keySet().stream().filter(it -> !it.equals(ComponentId.NODE)).count();
        return others > LIMITS.maxHalts() || board.history().size() > LIMITS.maxHistory()
                ? others + " halts and " + board.history().size() + " old ones are kept"
                : null;
    }

    private static @Nullable String nodeCanBeHalted(Simulation.Moment<World, Ask> moment) {
        boolean isRefused = moment.after().outcome() instanceof Outcome.Refused;
        boolean isAsked =
                moment.event() instanceof Ask.Halting it
                        && it.component().equals(ComponentId.NODE)
                        && it.who().length() <= LIMITS.maxText();
        return isAsked && isRefused ? "the node cannot be halted" : null;
    }

    private static @Nullable String holdsBelow(Simulation.Moment<World, Ask> moment) {
        Board board = moment.after().board();
        for (ComponentId id : IDS) {
            boolean isBelow =
                    board.halts().keySet().stream()
                            .anyMatch(it -> it.equals(ComponentId.NODE) || id.isWithin(it));
            if (isBelow != (board.over(id) != null)) {
                return id + " is " + (isBelow ? "below a halt and goes on" : "stopped by nothing");
            }
        }
        return null;
    }
}
