package io.erlmcp.health;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.HealthCheck;
import io.erlmcp.observability.HealthCheck.Finding;
import io.erlmcp.observability.HealthStatus;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.runtime.Timers;
import io.erlmcp.supervision.Component;
import io.erlmcp.supervision.ComponentFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Asks every component how it is, one after another over the interval, and keeps what it heard.
 *
 * <p>Process model: one timer thread, owned by each run, of which there is one at a time; a
 * supervisor starts the next when a turn fails. What was found outlives the runs. Each check runs
 * on a virtual thread of its own, one at a time for each component. A check that does not come back
 * is interrupted at its time-out, counts as a failure each time it would be due, and is not started
 * again before it does. Whoever reads the report never waits.
 */
public final class HealthMonitor implements AutoCloseable {
    static final int MAX_CHECKS = 1_000;

    /** Findings kept of each component. */
    static final int MAX_HISTORY = 100;

    private final Duration interval;
    private final Time time;
    private final Observer observer;

    /** Guards all below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final List<Watched> watched = new ArrayList<>();

    /** What was decided and is not told yet: as long as nothing runs, by nobody. */
    private final List<HealthEvent> untold = new ArrayList<>();

    private int next;
    private boolean closed;
    private volatile HealthReport report = HealthReport.EMPTY;
    private volatile @Nullable Run current;

    /** A check with what is known of it. */
    private static final class Watched {
        private final HealthCheck check;
        private final ArrayDeque<Past> history = new ArrayDeque<>();
        private @Nullable Judgement judgement;

        /** What others decided, which is no finding; null where they did not. */
        private @Nullable Judgement decided;

        private @Nullable AtomicBoolean running;

        Watched(HealthCheck check) {
            this.check = check;
        }

        /** The worse of what was found and what was decided; null while there is neither. */
        @Nullable Judgement held() {
            Judgement found = judgement;
            Judgement other = decided;
            return other == null || (found != null && found.status().isWorseThan(other.status()))
                    ? found
                    : other;
        }

        HealthStatus status() {
            Judgement held = held();
            return held == null ? HealthStatus.HEALTHY : held.status();
        }

        void keep(Past past) {
            history.add(past);
            if (history.size() > MAX_HISTORY) {
                history.remove();
            }
        }
    }

    /** One finding of the past, or what was decided. */
    public record Past(Instant at, HealthStatus status, String detail, long millis) {}

    /**
     * @param interval in which each check runs once
     */
    public HealthMonitor(Duration interval, Time time, Observer observer) {
        this.interval = interval;
        this.time = time;
        this.observer = observer;
    }

    /**
     * Adds a check.
     *
     * @throws IllegalArgumentException when the component has one, or there are too many
     */
    public void add(HealthCheck check) {
        lock.lock();
        try {
            if (watched.size() >= MAX_CHECKS) {
                throw new IllegalArgumentException(
                        check.component() + ": there are " + MAX_CHECKS + " health checks already");
            }
            if (watched.stream().anyMatch(it -> it.check.component().equals(check.component()))) {
                throw new IllegalArgumentException(
                        check.component() + ": has a health check already");
            }
            watched.add(new Watched(check));
        } finally {
            lock.unlock();
        }
    }

    /** Takes the check of a component away. */
    public void remove(ComponentId component) {
        lock.lock();
        try {
            watched.removeIf(it -> it.check.component().equals(component));
            judge();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Something was decided of a component, such as that it is halted: it holds at once and until
     * something else is, {@code HEALTHY} takes it back. The worse of it and of what is found
     * counts; as a finding it does not. Quick; who hears of it does so on the timer.
     *
     * @throws IllegalArgumentException when the component has no check
     */
    public void decided(ComponentId component, Finding decision) {
        Instant now = time.now();
        lock.lock();
        try {
            Watched it =
                    watched.stream()
                            .filter(each -> each.check.component().equals(component))
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            new IllegalArgumentException(
                                                    component + ": has no health check"));
            HealthStatus was = it.status();
            it.decided =
                    decision.status() == HealthStatus.HEALTHY
                            ? null
                            : Judgement.first(decision, now, 0);
            it.keep(new Past(now, decision.status(), decision.detail(), 0));
            untold.addAll(changed(it, was));
            while (untold.size() > MAX_CHECKS) {
                untold.removeFirst();
            }
        } finally {
            lock.unlock();
        }
        Run running = current;
        if (running != null) {
            running.timers().after(Duration.ZERO, this::tell);
        }
    }

    /** Tells what was decided; on the timer, so that it is told in the order of the decisions. */
    private void tell() {
        List<HealthEvent> events;
        lock.lock();
        try {
            events = List.copyOf(untold);
            untold.clear();
        } finally {
            lock.unlock();
        }
        events.forEach(observer::on);
    }

    /** Begins to ask. */
    public Component run(ComponentFactory.Life life) {
        Timers timers = new Timers("health");
        Run run = new Run(timers, life);
        current = run;
        timers.after(Duration.ZERO, () -> turn(run));
        return timers::close;
    }

    private record Run(Timers timers, ComponentFactory.Life life) {}

    /** How well the node is, by what the checks left behind. */
    public HealthReport report() {
        return report;
    }

    /** The last findings of a component, the oldest first. */
    public List<Past> history(ComponentId component) {
        lock.lock();
        try {
            return watched.stream()
                    .filter(it -> it.check.component().equals(component))
                    .findFirst()
                    .map(it -> List.copyOf(it.history))
                    .orElse(List.of());
        } finally {
            lock.unlock();
        }
    }

    /** Whatever comes of one check, the next has its turn; a turn that fails ends the run. */
    private void turn(Run run) {
        int count = 1;
        boolean goesOn = true;
        try {
            tell(); // what was decided while nothing ran
            Watched due = null;
            lock.lock();
            try {
                count = Math.max(1, watched.size());
                if (!watched.isEmpty() && !closed) {
                    next = next % watched.size();
                    due = watched.get(next++);
                }
            } finally {
                lock.unlock();
            }
            if (due != null) {
                begin(due, run.timers());
            }
        } catch (RuntimeException | StackOverflowError | LinkageError bug) {
            goesOn = false;
            run.life().failed(bug);
        } finally {
            if (goesOn) {
                run.timers().after(Duration.ofNanos(interval.toNanos() / count), () -> turn(run));
            }
        }
    }

    private void begin(Watched due, Timers timers) {
        AtomicBoolean open = new AtomicBoolean(true);
        long start = time.nanos();
        boolean isStuck;
        lock.lock();
        try {
            isStuck = due.running != null;
            if (!isStuck) {
                due.running = open;
            }
        } finally {
            lock.unlock();
        }
        if (isStuck) {
            found(due, failure("the last check has not come back"), 0);
            return;
        }
        Thread thread;
        try {
            thread =
                    Threads.startVirtual(
                            "health " + due.check.component(), () -> ask(due, open, start));
        } catch (RuntimeException | Error none) {
            ended(due); // nobody else will say so
            throw none;
        }
        timers.after(due.check.timeout(), () -> late(due, open, thread));
    }

    private void ask(Watched due, AtomicBoolean open, long start) {
        Finding finding;
        try {
            finding = due.check.probe().check();
        } catch (InterruptedException e) {
            finding = failure("interrupted");
        } catch (Exception | StackOverflowError | OutOfMemoryError e) {
            finding = failure(e.getClass().getSimpleName() + ": " + e.getMessage());
        } finally {
            ended(due);
        }
        if (open.compareAndSet(true, false)) {
            found(due, finding, Duration.ofNanos(time.nanos() - start).toMillis());
        }
    }

    private void ended(Watched due) {
        lock.lock();
        try {
            due.running = null;
        } finally {
            lock.unlock();
        }
    }

    private void late(Watched due, AtomicBoolean open, Thread thread) {
        if (open.compareAndSet(true, false)) {
            thread.interrupt();
            Duration limit = due.check.timeout();
            found(due, failure("took longer than " + limit.toMillis() + " ms"), limit.toMillis());
        }
    }

    private static Finding failure(String detail) {
        return new Finding(HealthStatus.UNHEALTHY, detail);
    }

    private void found(Watched due, Finding finding, long millis) {
        Instant now = time.now();
        List<HealthEvent> events = new ArrayList<>();
        lock.lock();
        try {
            HealthStatus was = due.status();
            Judgement before = due.judgement;
            due.judgement =
                    before == null
                            ? Judgement.first(finding, now, millis)
                            : before.next(finding, now, millis);
            due.keep(new Past(now, finding.status(), finding.detail(), millis));
            events.addAll(changed(due, was));
        } finally {
            lock.unlock();
        }
        events.forEach(observer::on);
    }

    /** Judges the whole anew, and says what there is to tell. */
    private List<HealthEvent> changed(Watched it, HealthStatus was) {
        List<HealthEvent> events = new ArrayList<>();
        Judgement held = it.held();
        if (it.status() != was) {
            String detail = held == null ? "" : held.last().detail();
            events.add(
                    new HealthEvent.ComponentTurned(
                            it.check.component(), was, it.status(), detail));
        }
        HealthReport before = report;
        judge();
        HealthReport after = report;
        if (before.status() != after.status()) {
            events.add(new HealthEvent.NodeTurned(before.status(), after.status(), after.score()));
        }
        return events;
    }

    private void judge() {
        Map<HealthCheck, Judgement> judgements = new LinkedHashMap<>();
        for (Watched it : watched) {
            Judgement held = it.held();
            if (held != null) {
                judgements.put(it.check, held);
            }
        }
        report = HealthReport.of(judgements);
    }

    /** Nothing is asked any more, whoever runs this. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
