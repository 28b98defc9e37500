package io.erlmcp.migration;

import io.erlmcp.migration.Pending.Kind;
import io.erlmcp.migration.Pending.Where;
import io.erlmcp.session.UnreadableRecord;
import io.erlmcp.task.TaskRecord;
import io.erlmcp.task.TaskStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tasks in two stores, by the rules of {@link MigratingSessions}. */
final class MigratingTasks implements TaskStore {
    private static final Kind KIND = Kind.TASK;

    private final Both both;

    MigratingTasks(Both both) {
        this.both = both;
    }

    /** Stores a task whatever is stored under its id. */
    static void put(TaskStore into, TaskRecord task) {
        if (isThere(into, task.id())) {
            into.update(List.of(task));
        } else {
            into.create(task);
        }
    }

    private static boolean isThere(TaskStore store, String id) {
        try {
            return store.read(id).isPresent();
        } catch (UnreadableRecord damage) {
            return true;
        }
    }

    private TaskStore first() {
        return both.first().tasks();
    }

    private TaskStore second() {
        return both.second().tasks();
    }

    @Override
    public boolean isDurable() {
        return first().isDurable() || second().isDurable();
    }

    @Override
    public void create(TaskRecord task) {
        both.alone(
                KIND,
                List.of(task.id()),
                () -> {
                    first().create(task);
                    both.second(KIND, List.of(task.id()), ids -> put(second(), task));
                });
    }

    @Override
    public Optional<TaskRecord> read(String id) {
        return both.read(KIND, id, side -> side.tasks().read(id));
    }

    @Override
    public void update(Collection<TaskRecord> tasks) {
        List<TaskRecord> all = List.copyOf(tasks);
        List<String> ids = all.stream().map(TaskRecord::id).toList();
        both.alone(
                KIND,
                ids,
                () -> {
                    ids.forEach(this::bringToFirst);
                    first().update(all);
                    ids.forEach(id -> both.firstHas(KIND, id));
                    both.second(KIND, ids, wanted -> second().update(of(wanted, all)));
                });
    }

    private static List<TaskRecord> of(Collection<String> ids, List<TaskRecord> tasks) {
        Set<String> wanted = new HashSet<>(ids);
        return tasks.stream().filter(task -> wanted.contains(task.id())).toList();
    }

    /** What the first store does not have yet, it gets before it is changed there. */
    private void bringToFirst(String id) {
        if (both.mayBeElsewhere() || both.lacks(both.inFirst(KIND, id))) {
            TaskRecord found = read(id).orElse(null);
            if (found != null && !isThere(first(), id)) {
                first().create(found);
            }
        }
    }

    @Override
    public void delete(Collection<String> ids) {
        List<String> all = List.copyOf(ids);
        both.alone(
                KIND,
                all,
                () -> {
                    both.second(KIND, all, wanted -> second().delete(wanted));
                    first().delete(all);
                    all.forEach(id -> both.firstHas(KIND, id));
                });
    }

    @Override
    public List<TaskRecord> listByOwner(String owner, @Nullable Place after, int limit) {
        if (isFirstWhole()) {
            return both.ask(side -> side.tasks().listByOwner(owner, after, limit));
        }
        List<TaskRecord> all = new ArrayList<>();
        merge(
                visitor -> first().listByOwner(owner, after, limit).forEach(visitor),
                visitor -> second().listByOwner(owner, after, limit).forEach(visitor),
                all::add);
        return all.stream()
                .sorted(Comparator.comparing(task -> new Place(task.created(), task.id())))
                .limit(limit)
                .toList();
    }

    @Override
    public void each(Consumer<TaskRecord> visitor) {
        if (isFirstWhole()) {
            first().each(visitor);
        } else {
            merge(first()::each, second()::each, visitor);
        }
    }

    /** True when the first store has all tasks, and as they are. */
    private boolean isFirstWhole() {
        boolean isCopied = both.firstIs() == Where.SOURCE || both.pending().isComplete();
        return isCopied && !both.pending().isAnyLacking(both.firstIs());
    }

    /** What the first store has and does not lack, and what only the second one can tell. */
    private void merge(
            Consumer<Consumer<TaskRecord>> ofFirst,
            Consumer<Consumer<TaskRecord>> ofSecond,
            Consumer<TaskRecord> visitor) {
        Set<String> seen = new HashSet<>();
        ofFirst.accept(
                task -> {
                    if (!both.lacks(both.inFirst(KIND, task.id())) && seen.add(task.id())) {
                        visitor.accept(task);
                    }
                });
        ofSecond.accept(
                task -> {
                    if (isOnlyInSecond(task.id()) && seen.add(task.id())) {
                        visitor.accept(task);
                    }
                });
    }

    private boolean isOnlyInSecond(String id) {
        boolean mayBe = both.mayBeElsewhere() || both.lacks(both.inFirst(KIND, id));
        return mayBe && !both.lacks(both.inSecond(KIND, id));
    }
}
