package io.erlmcp.migration;

import io.erlmcp.json.JsonValue;
import io.erlmcp.migration.Pending.Entry;
import io.erlmcp.migration.Pending.Kind;
import io.erlmcp.migration.Pending.Where;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.session.SessionDesk;
import io.erlmcp.session.SessionRecord;
import io.erlmcp.session.UnreadableRecord;
import io.erlmcp.task.TaskStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;
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

    /** Between comparisons that fail. */
    private static final Duration MOST_PAUSE = Duration.ofMinutes(1);

    private final Both both;
    private final Time time;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private Duration pause;
    private boolean reconcileFailed;
    private long reconciledNanos;
    private boolean wasCompared;
    private long comparedNanos;
    private long entries;
    private long copied;
    private long violations;

    Reconciler(Both both, Time time) {
        this.both = both;
        this.time = time;
        this.pause = both.config().retry();
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
            if (!isReconcilingLater()) {
                reconcile();
            }
        } catch (RuntimeException failure) {
            both.rest();
            both.observer()
                    .on(
                            new MigrationEvent.WriteQueued(
                                    both.second().name(), String.valueOf(failure.getMessage())));
            return;
        }
        if (wasCompared && time.nanos() - comparedNanos < pause.toNanos()) {
            return;
        }
        try {
            compare();
        } catch (RuntimeException | IOException failure) {
            both.rest();
            notCompared(failure);
        }
    }

    /** After failures, which are not to be repeated in each tick. */
    private boolean isReconcilingLater() {
        return reconcileFailed && time.nanos() - reconciledNanos < both.config().retry().toNanos();
    }

    private void notCompared(Exception why) {
        both.observer().on(new MigrationEvent.NotCompared(String.valueOf(why.getMessage())));
    }

    // ---- what is noted as lacking ----

    /** One that cannot be copied keeps no other from it; it is tried again after the others. */
    private void reconcile() {
        List<Entry> some = both.pending().some(PAGE);
        Failures failures = new Failures();
        for (Entry entry : some) {
            failures.guard(
                    () ->
                            both.alone(
                                    entry.kind(),
                                    List.of(entry.id()),
                                    () -> bringUnlessChanged(entry)),
                    failure -> both.pending().postpone(entry));
        }
        if (some.size() > failures.count()) {
            both.observer()
                    .on(
                            new MigrationEvent.Reconciled(
                                    both.side(some.getFirst().where()).name(),
                                    some.size() - failures.count()));
        }
        reconcileFailed = failures.last().isPresent();
        reconciledNanos = time.nanos();
        failures.last().ifPresent(this::notCompared);
    }

    /** What was changed in that store since it was looked up here is not lacking any more. */
    private void bringUnlessChanged(Entry entry) {
        if (both.pending().isNoted(entry)) {
            bring(entry);
            both.pending().remove(entry);
        }
    }

    private void bring(Entry entry) {
        try {
            copy(entry.kind(), entry.id(), entry.where());
        } catch (UnreadableRecord damage) {
            // It never can be: the other store keeps what it has, and does not lack it any more.
            tell(entry.kind(), entry.id(), cannotBeRead(entry.where().other()));
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

    /** Where that fails, it begins anew, after pauses that grow. */
    private void compare() throws IOException {
        entries = 0;
        copied = 0;
        violations = 0;
        boolean isDone = false;
        try {
            isDone = compareAll();
        } finally {
            wasCompared = true;
            comparedNanos = time.nanos();
            Duration most = both.config().checkInterval();
            pause = isDone ? most : shortest(pause.multipliedBy(2), MOST_PAUSE, most);
        }
        if (isDone) {
            both.observer().on(new MigrationEvent.Compared(entries, copied, violations));
        }
    }

    private boolean compareAll() throws IOException {
        long unnamed = both.pending().unnamed();
        Failures failures = new Failures();
        Side first = both.first();
        Side second = both.second();
        each(first.sessions()::listByAge, it -> compare(Kind.SESSION, it.id(), failures));
        each(second.sessions()::listByAge, it -> compare(Kind.SESSION, it.id(), failures));
        each(first.values()::keys, key -> compare(Kind.VALUE, key, failures));
        each(second.values()::keys, key -> compare(Kind.VALUE, key, failures));
        eachTask(first.tasks(), failures);
        eachTask(second.tasks(), failures);
        failures.last().ifPresent(this::notCompared);
        return closed.getCount() > 0
                && failures.last().isEmpty()
                && both.pending().complete(unnamed);
    }

    private static Duration shortest(Duration... all) {
        return Collections.min(List.of(all));
    }

    private <T> void each(BiFunction<@Nullable T, Integer, List<T>> list, Consumer<T> visitor) {
        List<T> page = list.apply(null, PAGE);
        while (!page.isEmpty() && closed.getCount() > 0) {
            page.forEach(visitor);
            page = list.apply(page.getLast(), PAGE);
        }
    }

    private void eachTask(TaskStore tasks, Failures failures) {
        List<String> ids = new ArrayList<>();
        tasks.each(task -> ids.add(task.id()));
        for (String id : ids) {
            if (closed.getCount() == 0) {
                return;
            }
            compare(Kind.TASK, id, failures);
        }
    }

    private void compare(Kind kind, String id, Failures failures) {
        entries++;
        failures.guard(
                () -> both.alone(kind, List.of(id), () -> compareAlone(kind, id)), failure -> {});
    }

    private void compareAlone(Kind kind, String id) {
        Entry ofSecond = both.inSecond(kind, id);
        if (isNoted(ofSecond) || isNoted(both.inFirst(kind, id))) {
            return;
        }
        Optional<?> first;
        Optional<?> second;
        try {
            first = read(kind, id, both.first());
        } catch (UnreadableRecord damage) {
            heal(kind, id);
            tell(kind, id, cannotBeRead(both.firstIs()));
            return;
        }
        try {
            second = read(kind, id, both.second());
        } catch (UnreadableRecord damage) {
            copy(kind, id, ofSecond.where());
            tell(kind, id, cannotBeRead(ofSecond.where()));
            return;
        }
        if (!first.equals(second)) {
            correct(kind, id, first, second);
        }
    }

    /** What the first store cannot read, it gets from the second one where that has it. */
    private void heal(Kind kind, String id) {
        if (both.lacks(both.inSecond(kind, id))) {
            return;
        }
        try {
            if (read(kind, id, both.second()).isPresent()) {
                copy(kind, id, both.firstIs());
            }
        } catch (UnreadableRecord damage) {
            both.observer().on(violation(kind, id, cannotBeRead(both.firstIs().other())));
        }
    }

    private void correct(Kind kind, String id, Optional<?> first, Optional<?> second) {
        boolean isInDoubt = both.pending().isAllInDoubt();
        boolean isOfSecond =
                isInDoubt
                        ? Both.isNewer(second, first)
                        : both.pending().isAllLacking(both.firstIs())
                                || (first.isEmpty() && both.firstIs() == Where.TARGET);
        copy(kind, id, isOfSecond ? both.firstIs() : both.firstIs().other());
        if (!both.pending().isComplete() || isOfSecond) {
            copied++;
            return;
        }
        Side lacking = first.isPresent() ? both.second() : both.first();
        tell(
                kind,
                id,
                first.isPresent() && second.isPresent()
                        ? "differs in " + both.second().name()
                        : "is missing in " + lacking.name());
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

    private String cannotBeRead(Where where) {
        return "cannot be read in " + both.side(where).name();
    }

    private void tell(Kind kind, String id, String what) {
        violations++;
        both.observer().on(violation(kind, id, what));
    }

    private static MigrationEvent violation(Kind kind, String id, String what) {
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
