/*
 * This class does I/O while it holds its lock: the order of the files is what the lock guards. Those who change the
 * halt state are operators and rare decisions of the node; calls and reads never take the lock.
 */
package io.erlmcp.andon;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.resilience.CallGate;
import io.erlmcp.resilience.Refusal;
import io.erlmcp.runtime.Time;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The andon cord of a node: which components are stopped. A stop is on the disk before it is
 * acknowledged, and holds over restarts until somebody resumes the component. What cannot be read
 * stops the whole node.
 *
 * <p>Process model: no thread; made by the node, used by all. Changes take turns; calls ask {@link
 * #gate} without a lock.
 */
public final class Andon {
    /** Its folder in the data folder. */
    public static final String FOLDER = "andon";

    /** Who acts when nobody asked. */
    public static final String NODE_ITSELF = "node";

    private final @Nullable BoardFile file;
    private final AndonLimits limits;
    private final Time time;
    private final Observer observer;
    private final ReceiptLog receipts;
    private final DenialCount denials;
    private final List<Consumer<AndonStep.Outcome>> listeners = new CopyOnWriteArrayList<>();

    /** Guards the change of the board, in memory and on the disk. */
    private final ReentrantLock turn = new ReentrantLock();

    private volatile Board board = Board.EMPTY;
    private volatile HaltView view = HaltView.OPEN;
    private volatile BiFunction<String, String, @Nullable ComponentId> owner =
            (method, name) -> null;
    private volatile Function<String, @Nullable ComponentId> door = transport -> null;

    private Andon(
            @Nullable BoardFile file,
            AndonLimits limits,
            Time time,
            Observer observer,
            ReceiptLog receipts) {
        this.file = file;
        this.limits = limits;
        this.time = time;
        this.observer = observer;
        this.receipts = receipts;
        this.denials = new DenialCount(time, observer);
    }

    /**
     * What came of a change.
     *
     * @param isKept whether it outlives the node
     * @param problem why it could not be kept, or has no receipt; null for none
     */
    public record Result(AndonStep.Outcome outcome, boolean isKept, @Nullable String problem) {}

    /** An andon cord whose halts end with the process: there is no data folder. */
    public static Andon keepingNothing(AndonLimits limits, Time time, Observer observer) {
        return new Andon(null, limits, time, observer, ReceiptLog.keepingNothing(time, observer));
    }

    /**
     * Reads the halt state in a data folder. Where it cannot be read, the whole node is halted.
     *
     * @param data locked by the caller
     */
    public static Andon open(
            Path data, AndonLimits limits, Disk disk, Time time, Observer observer) {
        Path folder = data.resolve(FOLDER);
        BoardFile file = new BoardFile(folder, disk, time, observer);
        ReceiptLog receipts;
        try {
            file.prepare(data, disk);
            receipts = ReceiptLog.open(folder, limits.receipts(), disk, time, observer);
        } catch (IOException e) {
            observer.on(new AndonEvent.NotKept("receipts", e.toString()));
            receipts = ReceiptLog.keepingNothing(time, observer);
        }
        Andon andon = new Andon(file, limits, time, observer, receipts);
        andon.load(file);
        return andon;
    }

    private void load(BoardFile kept) {
        try {
            BoardFile.Kept read = kept.read();
            show(read.board());
            catchUp(read.change());
        } catch (IOException e) {
            unreadable(String.valueOf(e.getMessage()));
        }
    }

    private void unreadable(String problem) {
        observer.on(new AndonEvent.Unreadable("the halt state", problem));
        Halt halt =
                new Halt(
                        1,
                        ComponentId.NODE,
                        HaltState.HALTED_FATAL,
                        Category.UNREADABLE,
                        problem.substring(0, Math.min(problem.length(), limits.maxText())),
                        NODE_ITSELF,
                        time.now());
        show(
                new Board(
                        receipts.revision() == Long.MAX_VALUE
                                ? 1
                                : Math.max(0, receipts.revision()),
                        1,
                        Map.of(ComponentId.NODE, halt),
                        List.of()));
    }

    /** Writes the receipt of the newest change, if the process died before it did. */
    private void catchUp(@Nullable JsonObject change) {
        long written = Math.max(0, receipts.revision());
        if (change == null || written >= board.revision()) {
            return;
        }
        JsonObject details = change.requireObject("details").with("late", true);
        if (written < board.revision() - 1) {
            long missing = board.revision() - 1 - written;
            observer.on(
                    new AndonEvent.Unreadable("receipts", missing + " changes have no receipt"));
            details = details.with("missing", missing);
        }
        try {
            receipts.write(
                    change.requireString("who"),
                    change.requireString("action"),
                    new ComponentId(change.requireString("component")),
                    details);
        } catch (IOException | RuntimeException e) {
            observer.on(new AndonEvent.NotKept("the receipt of a change", e.toString()));
        }
    }

    private void show(Board next) {
        view = HaltView.of(next);
        board = next;
        observer.on(new AndonEvent.HaltsHeld(next.halts().size()));
    }

    // ---- changes ----

    /** Stops a component. */
    public Result halt(
            ComponentId component, HaltState state, Category category, String reason, String who) {
        return change(new AndonStep.Ask.Halting(component, state, category, reason, who));
    }

    /** Lets a component go on. */
    public Result resume(ComponentId component, Analysis analysis, boolean isForced, String who) {
        return change(new AndonStep.Ask.Resuming(component, analysis, isForced, who));
    }

    private Result change(AndonStep.Ask ask) {
        Result result;
        turn.lock();
        try {
            result = changeAlone(ask);
        } finally {
            turn.unlock();
        }
        switch (result.outcome()) {
            case AndonStep.Outcome.Halted it -> {
                observer.on(new AndonEvent.Halted(it.halt()));
                tell(it);
            }
            case AndonStep.Outcome.Resumed it -> {
                denials.forget(it.stop().halt().component());
                observer.on(new AndonEvent.Resumed(it.stop()));
                tell(it);
            }
            case AndonStep.Outcome.AlreadyHalted it -> {}
            case AndonStep.Outcome.NotHalted it -> {}
            case AndonStep.Outcome.NeedsAnalysis it -> {}
            case AndonStep.Outcome.Refused it -> {}
        }
        return result;
    }

    private Result changeAlone(AndonStep.Ask ask) {
        AndonStep.Step step = AndonStep.step(board, ask, time.now(), limits);
        return switch (step.outcome()) {
            case AndonStep.Outcome.Halted it -> {
                show(step.board()); // at once: the line stops even where the disk does not take it
                yield kept(it, keep(step.board(), it), step.board().revision());
            }
            case AndonStep.Outcome.AlreadyHalted it -> {
                String problem = isBehind() ? keep(board, null) : null;
                yield new Result(it, file != null && problem == null, problem);
            }
            case AndonStep.Outcome.Resumed it -> {
                String problem = keep(step.board(), it);
                if (problem != null) {
                    yield new Result(
                            new AndonStep.Outcome.Refused(
                                    "it stays halted, because that could not be kept: " + problem),
                            false,
                            problem);
                }
                Result result = kept(it, null, step.board().revision());
                show(step.board());
                yield result;
            }
            case AndonStep.Outcome.NotHalted it -> new Result(it, true, null);
            case AndonStep.Outcome.NeedsAnalysis it -> new Result(it, true, null);
            case AndonStep.Outcome.Refused it -> new Result(it, true, null);
        };
    }

    /** Adds the receipt to a change. */
    private Result kept(AndonStep.Outcome change, @Nullable String problem, long revision) {
        JsonObject draft = AndonReceipts.draft(change, revision);
        try {
            receipts.write(
                    draft.requireString("who"),
                    draft.requireString("action"),
                    new ComponentId(draft.requireString("component")),
                    draft.requireObject("details"));
        } catch (IOException e) {
            observer.on(new AndonEvent.NotKept("the receipt of a change", e.toString()));
            return new Result(
                    change,
                    file != null && problem == null,
                    problem != null ? problem : "there is no receipt: " + e);
        }
        return new Result(change, file != null && problem == null, problem);
    }

    private boolean isBehind() {
        return file != null && file.isBehind();
    }

    /** Null when it is kept, or nothing is; else why it could not be. */
    private @Nullable String keep(Board next, AndonStep.@Nullable Outcome change) {
        return file == null ? null : file.keep(next, change);
    }

    private void tell(AndonStep.Outcome outcome) {
        listeners.forEach(listener -> listener.accept(outcome));
    }

    /** Calls {@code listener} after every change, on the thread that made it. */
    public void onChange(Consumer<AndonStep.Outcome> listener) {
        listeners.add(listener);
    }

    // ---- reads ----

    /** Everything, as of now. */
    public Board board() {
        return board;
    }

    /** The state of this very component, whatever holds above it. */
    public HaltState state(ComponentId component) {
        Halt halt = board.halts().get(component);
        return halt == null ? HaltState.NORMAL : halt.state();
    }

    /** What stops the component: its own halt or one above it; null for none. */
    public @Nullable Halt haltOver(ComponentId component) {
        return board.over(component);
    }

    public boolean isHalted(ComponentId component) {
        return board.over(component) != null;
    }

    /** All halts that hold. */
    public List<Halt> halts() {
        return List.copyOf(board.halts().values());
    }

    /**
     * Whether the component may be started; one that may not is told of. A halt of the whole node
     * denies the start of upstream servers alone: its own parts have to say that it is halted.
     */
    public boolean mayStart(ComponentId component) {
        Halt halt = board.over(component);
        if (halt == null || (halt.isWhole() && !component.isWithin(Components.UPSTREAMS))) {
            return true;
        }
        observer.on(new AndonEvent.StartDenied(component, halt));
        return false;
    }

    /** Why the whole node is not ready, for everybody; null when it is not halted. */
    public @Nullable String notReady() {
        Halt halt = board.halts().get(ComponentId.NODE);
        return halt == null ? null : halt.message();
    }

    /** True when halts outlive the node. */
    public boolean isKeeping() {
        return file != null;
    }

    /** Where others write their receipts too. */
    public ReceiptLog receipts() {
        return receipts;
    }

    AndonLimits limits() {
        return limits;
    }

    // ---- for whoever calls and lists ----

    /**
     * Says which component stands behind a tool, prompt or resource beside its own, such as the
     * upstream server that it comes from: when that is halted, what it brings is not called.
     *
     * @param behind for a method and a name
     */
    public void owner(BiFunction<String, String, @Nullable ComponentId> behind) {
        owner = behind;
    }

    /**
     * Says through which component a request comes in: while that is halted, what still comes on
     * its connections is not called.
     *
     * @param listener for a transport; null for one that has none
     */
    public void door(Function<String, @Nullable ComponentId> listener) {
        door = listener;
    }

    /** Refuses calls of what is halted, and those that come through what is halted. */
    public CallGate gate() {
        return new HaltGate(this);
    }

    @Nullable Refusal refusal(String method, @Nullable String name, String transport) {
        HaltView now = view;
        Refusal refusal =
                now.isOpen() ? null : now.check(method, name, owner, door.apply(transport));
        if (refusal != null) {
            denials.denied(refusal.component(), method);
        }
        return refusal;
    }

    /** Why {@code component}, or what it lies in, is not called; counted as a denial. */
    public Optional<Refusal> refusal(ComponentId component) {
        Refusal refusal = view.refusal(component);
        if (refusal != null) {
            denials.denied(refusal.component(), component.path());
        }
        return Optional.ofNullable(refusal);
    }

    /** Which tools no list should show. */
    public boolean hidesTool(String name) {
        return view.hides(Components.TOOLS, name);
    }

    /** Which prompts no list should show. */
    public boolean hidesPrompt(String name) {
        return view.hides(Components.PROMPTS, name);
    }

    /** Which resources no list should show. */
    public boolean hidesResource(String uri) {
        return view.hides(Components.RESOURCES, uri);
    }

    /** Whether a request of a method and a name calls {@code component} or something in it. */
    public BiPredicate<String, @Nullable String> callsOf(ComponentId component) {
        return (method, name) -> HaltView.isCallOf(component, method, name, owner);
    }
}
