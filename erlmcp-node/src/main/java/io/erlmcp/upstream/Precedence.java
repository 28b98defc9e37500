package io.erlmcp.upstream;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Has a child let everybody else go first while it computes and says nothing, and for a minute
 * after it failed so, or a second time within one, from the start of its next run on: one that
 * loops, or leaks and dies and starts again, takes what others leave.
 *
 * <p>Process model: one of each upstream server, over all of its runs, used by the thread of the
 * run. Callers ask {@link #dozes} alone: it looks at a child that rests only when a call comes
 * ({@link Link#called}), and then for as long as there are calls or the child computes.
 */
final class Precedence {
    /** As far behind as the kernel puts a session. */
    static final int LAST = 19;

    private static final String FAILED = "failed computing, or again";

    /** In less the kernel's ticks say nothing. */
    private static final Duration SHORTEST = Duration.ofMillis(25);

    private static final Duration RARELY = Duration.ofSeconds(1);
    private static final Duration NEVER = Duration.ofDays(1);

    /** To find what a child started takes a look at all processes. */
    private static final Duration NEW_LIST = Duration.ofSeconds(10);

    private final ComponentId component;
    private final UpstreamSettings.Turn turn;
    private final Time time;
    private final Observer observer;
    private final boolean counts;
    private Standing standing = Standing.GOOD;
    private volatile boolean last;

    /** Nothing is looked at until a call comes. */
    private volatile boolean dozes = true;

    /** The kernel has not taken the last number yet. */
    private boolean isMisplaced;

    private long startedNanos;
    private long lookedNanos;
    private long processorNanos;
    private long heardNanos;

    /** The child and what it started; empty before they are listed. */
    private List<Long> processes = List.of();

    private long listedNanos;

    Precedence(ComponentId component, UpstreamSettings.Turn turn, Time time, Observer observer) {
        this.component = component;
        this.turn = turn;
        this.time = time;
        this.observer = observer;
        this.counts = turn.patience().isPositive() && ChildSession.areNumbersHeeded();
    }

    /** A run begins: the number of its session. */
    int atStart() {
        processes = List.of();
        dozes = true;
        isMisplaced = false;
        startedNanos = time.nanos();
        lookedNanos = startedNanos;
        processorNanos = 0;
        standing = standing.rested();
        tell(FAILED);
        return last ? LAST : turn.nice();
    }

    /**
     * The run ended, and not as it should.
     *
     * @param wasUp whether it came up; one that did not, and had to let others go first, may not be
     *     to blame: the next has its turn
     */
    void failed(boolean wasUp) {
        if (counts) {
            standing =
                    wasUp || !last
                            ? standing.failed(startedNanos, time.nanos(), turn.patience())
                            : Standing.GOOD;
            tell(FAILED);
        }
    }

    boolean goesLast() {
        return last;
    }

    /** Whether the thread of the run is to look because a call came. */
    boolean dozes() {
        return dozes && counts;
    }

    /** In which time to look again. */
    Duration nextLook() {
        if (!counts) {
            return NEVER;
        }
        if (standing.isDoubted(time.nanos())) {
            return RARELY; // it is last already
        }
        if (dozes) {
            return isMisplaced ? RARELY : NEVER;
        }
        Duration half = turn.patience().dividedBy(2);
        return half.compareTo(SHORTEST) < 0 ? SHORTEST : half;
    }

    /** A call came: what the child did before it is no matter of it. */
    void wake(long pid, long heard) {
        if (counts) {
            long now = time.nanos();
            lookedNanos = now;
            processorNanos = processorNanos(pid, now);
            heardNanos = heard;
            dozes = false;
        }
    }

    /**
     * Looks at what the child does.
     *
     * @param heard when it last said something
     */
    void look(long pid, long heard, Calls calls) {
        long now = time.nanos();
        long window = now - lookedNanos;
        if (!counts || window < SHORTEST.toNanos()) {
            return;
        }
        long processor = processorNanos(pid, now);
        boolean busy = Standing.isBusy(window, processor - processorNanos);
        if (!dozes) {
            standing = standing.seen(window, busy, heard != heardNanos, turn.patience());
        }
        lookedNanos = now;
        processorNanos = processor;
        heardNanos = heard;
        tell("computes and says nothing");
        isMisplaced = !place(pid, last ? LAST : turn.nice());
        dozes = !last && !busy;
        if (!calls.areNone()) {
            dozes = false; // asked only now: a call that comes later sees that it dozes
        }
    }

    /** False when it is to be tried again. */
    private static boolean place(long pid, int wanted) {
        Optional<Integer> nice = ChildSession.nice(pid);
        return nice.isEmpty() || nice.get() == wanted || ChildSession.makeNice(pid, wanted);
    }

    private void tell(String why) {
        boolean isLast = counts && standing.isLast(turn.patience(), time.nanos());
        if (isLast != last) {
            last = isLast;
            observer.on(
                    isLast
                            ? new UpstreamEvent.PutLast(component, why)
                            : new UpstreamEvent.PutBack(component));
        }
    }

    private long processorNanos(long pid, long now) {
        if (processes.isEmpty() || now - listedNanos >= NEW_LIST.toNanos()) {
            listedNanos = now;
            processes =
                    ProcessHandle.of(pid).stream()
                            .flatMap(it -> Stream.concat(Stream.of(it), it.descendants()))
                            .map(ProcessHandle::pid)
                            .toList();
        }
        return processes.stream().mapToLong(ChildSession::processorNanos).sum();
    }
}
