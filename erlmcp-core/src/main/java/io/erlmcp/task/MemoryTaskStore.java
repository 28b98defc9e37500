package io.erlmcp.task;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tasks in this process only. */
public final class MemoryTaskStore implements TaskStore {
    private final Map<String, TaskRecord> tasks = new ConcurrentHashMap<>();
    private final Map<String, NavigableSet<Place>> byOwner = new ConcurrentHashMap<>();

    @Override
    public void create(TaskRecord task) {
        if (tasks.putIfAbsent(task.id(), task) != null) {
            throw new IllegalStateException("a task with this id exists");
        }
        byOwner.compute(
                task.owner(),
                (owner, present) -> {
                    NavigableSet<Place> places =
                            present == null ? new ConcurrentSkipListSet<>() : present;
                    places.add(place(task));
                    return places;
                });
    }

    private static Place place(TaskRecord task) {
        return new Place(task.created(), task.id());
    }

    @Override
    public Optional<TaskRecord> read(String id) {
        return Optional.ofNullable(tasks.get(id));
    }

    @Override
    public void update(Collection<TaskRecord> changed) {
        changed.forEach(task -> tasks.replace(task.id(), task));
    }

    @Override
    public void delete(Collection<String> ids) {
        for (String id : ids) {
            TaskRecord task = tasks.remove(id);
            if (task != null) {
                forget(task);
            }
        }
    }

    private void forget(TaskRecord task) {
        byOwner.computeIfPresent(
                task.owner(),
                (owner, places) -> {
                    places.remove(place(task));
                    return places.isEmpty() ? null : places;
                });
    }

    @Override
    public List<TaskRecord> listByOwner(String owner, @Nullable Place after, int limit) {
        NavigableSet<Place> all = byOwner.get(owner);
        List<TaskRecord> page = new ArrayList<>();
        if (all == null) {
            return page;
        }
        for (Place place : after == null ? all : all.tailSet(after, false)) {
            if (page.size() == limit) {
                break;
            }
            read(place.id()).ifPresent(page::add);
        }
        return page;
    }

    @Override
    public void each(Consumer<TaskRecord> visitor) {
        tasks.values().forEach(visitor);
    }
}
