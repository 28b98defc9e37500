package io.erlmcp.migration;

import io.erlmcp.json.JsonValue;
import io.erlmcp.migration.Pending.Entry;
import io.erlmcp.migration.Pending.Kind;
import io.erlmcp.migration.Pending.Where;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.session.SessionDesk;
import io.erlmcp.session.SessionRecord;
import io.erlmcp.task.TaskStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Brings to a store what it lacks, copies what is older than the migration, and compares both.
 *
 * <p>Process model: one virtual thread, started by {@link MigratingStore} and joined by {@link
 * #close}. Each session is worked on in its turn, and never for longer than it takes to copy it.
 */
final class Reconciler implements AutoCloseable {
    private static final int PAGE = 500;
    private static final Duration TICK = Duration.ofMillis(200);

    private final Both both;
    private final Time time;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private boolean wasCompared;
    private long comparedNanos;
    private long entries;
    private long copied;
    private long violations;

    Reconciler(Both both, Time time) {
        this.both = both;
        this.time = time;
        this.thread = Threads.startVirtual("migration", this::run);
    }

    private void run() {
        try {
            while (!closed.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                workOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void workOnce() {
        if (both.isResting()) {
            return;
        }
        try {
            reconcile();
            boolean isDue = time.nanos() - comparedNanos >= both.config().checkInterval().toNanos();
            if (!wasCompared || isDue) {
                compare();
            }
        } catch (RuntimeException | IOException failure) {
            both.rest();
            both.observer()
                    .on(
                            new MigrationEvent.WriteQueued(
                                    both.second().name(), String.valueOf(failure.getMessage())));
        }
    }

    // ---- what is noted as lacking ----

    private void reconcile() {
        List<Entry> some = both.pending().some(PAGE);
        for (Entry entry : some) {
            both.alone(
                    entry.kind(),
                    entry.id(),
                    () -> {
                        copy(entry.kind(), entry.id(), entry.where());
                        both.pending().remove(entry);
                        return true;
                    });
        }
        if (!some.isEmpty()) {
            both.observer()
                    .on(
                            new MigrationEvent.Reconciled(
                                    both.side(some.getFirst().where()).name(), some.size()));
        }
    }

    private void copy(Kind kind, String id, Where to) {
        Side from = both.side(to.other());
        Side into = both.side(to);
        switch (kind) {
            case SESSION ->
                    from.sessions()
                            .read(id)
                            .ifPresentOrElse(
                                    into.sessions()::put, () -> into.sessions().delete(id));
            case VALUE ->
                    from.values()
                            .get(id)
                            .ifPresentOrElse(
                                    value -> into.values().put(id, value),
                                    () -> into.values().remove(id));
            case TASK ->
                    from.tasks()
                            .read(id)
                            .ifPresentOrElse(
                                    task -> MigratingTasks.put(into.tasks(), task),
                                    () -> into.tasks().delete(List.of(id)));
        }
    }

    // ---- everything ----

    private void compare() throws IOException {
        entries = 0;
        copied = 0;
        violations = 0;
        long unnamed = both.pending().unnamed();
        Side first = both.first();
        Side second = both.second();
        each(first.sessions()::listByAge, id -> compare(Kind.SESSION, id));
        each(second.sessions()::listByAge, id -> compare(Kind.SESSION, id));
        each(first.values()::keys, key -> compare(Kind.VALUE, key));
        each(second.values()::keys, key -> compare(Kind.VALUE, key));
        eachTask(first.tasks());
        eachTask(second.tasks());
        if (closed.getCount() == 0 || !both.pending().complete(unnamed)) {
            return;
        }
        wasCompared = true;
        comparedNanos = time.nanos();
        both.observer().on(new MigrationEvent.Compared(entries, copied, violations));
    }

    private interface Visit {
        void visit(String id);
    }

    private void each(BiFunction<@Nullable String, Integer, List<String>> list, Visit visit) {
        List<String> page = list.apply(null, PAGE);
        while (!page.isEmpty() && closed.getCount() > 0) {
            page.forEach(visit::visit);
            page = list.apply(page.getLast(), PAGE);
        }
    }

    private void eachTask(TaskStore tasks) {
        List<String> ids = new ArrayList<>();
        tasks.each(task -> ids.add(task.id()));
        for (String id : ids) {
            if (closed.getCount() == 0) {
                return;
            }
            compare(Kind.TASK, id);
        }
    }

    private void compare(Kind kind, String id) {
        entries++;
        both.alone(
                kind,
                id,
                () -> {
                    compareAlone(kind, id);
                    return true;
                });
    }

    private void compareAlone(Kind kind, String id) {
        Optional<?> first = read(kind, id, both.first());
        Optional<?> second = read(kind, id, both.second());
        Entry ofSecond = both.inSecond(kind, id);
        if (first.equals(second) || isNoted(ofSecond) || isNoted(both.inFirst(kind, id))) {
            return;
        }
        boolean isNotYetThere =
                both.pending().isAllLacking(both.firstIs())
                        || (first.isEmpty() && both.firstIs() == Where.TARGET);
        copy(kind, id, isNotYetThere ? both.firstIs() : ofSecond.where());
        if (!both.pending().isComplete() || isNotYetThere) {
            copied++;
        } else {
            violations++;
            both.observer().on(violation(kind, id, first.isPresent(), second.isPresent()));
        }
    }

    /** What is noted by name is brought to the store by {@link #reconcile}. */
    private boolean isNoted(Entry entry) {
        return both.pending().isNoted(entry);
    }

    private static Optional<?> read(Kind kind, String id, Side side) {
        return switch (kind) {
            case SESSION -> side.sessions().read(id).map(SessionRecord.class::cast);
            case VALUE -> side.values().get(id).map(JsonValue::toJson);
            case TASK -> side.tasks().read(id);
        };
    }

    private MigrationEvent violation(Kind kind, String id, boolean inFirst, boolean inSecond) {
        String what =
                inFirst && inSecond
                        ? "differs in " + both.second().name()
                        : "is missing in " + (inFirst ? both.second() : both.first()).name();
        return new MigrationEvent.Violation(
                kind.name().toLowerCase(Locale.ROOT), SessionDesk.handle(id), what);
    }

    /** Ends the thread; what it did not get to is noted. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
