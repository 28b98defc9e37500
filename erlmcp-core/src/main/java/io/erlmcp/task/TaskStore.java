package io.erlmcp.task;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where tasks are kept. Thread-safe. When a method returns, its change is as durable as the store
 * can make it.
 *
 * <p>Every method of a durable store may wait for a disk or a network, and may throw an {@link
 * io.erlmcp.protocol.McpException} that asks the client to come back later: then the change may be
 * there or not. No event loop calls one.
 */
public interface TaskStore {
    /** True when tasks outlive the process. */
    default boolean isDurable() {
        return false;
    }

    /**
     * Where a task stands in the list of its owner: oldest first.
     *
     * @param created to the millisecond
     */
    record Place(Instant created, String id) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int byAge = created.compareTo(other.created);
            return byAge != 0 ? byAge : id.compareTo(other.id);
        }
    }

    /**
     * @throws IllegalStateException when a task of that id exists
     */
    void create(TaskRecord task);

    Optional<TaskRecord> read(String id);

    /** Replaces those of {@code tasks} that are there, all in one change. */
    void update(Collection<TaskRecord> tasks);

    /** Forgets all of {@code ids}, those that are not there included. */
    void delete(Collection<String> ids);

    /**
     * Tasks of one owner; reads no others.
     *
     * @param after begins behind this place, or at the oldest when null
     */
    List<TaskRecord> listByOwner(String owner, @Nullable Place after, int limit);

    /** Shows all tasks, in any order; for whoever opens the store. */
    void each(Consumer<TaskRecord> visitor);
}
