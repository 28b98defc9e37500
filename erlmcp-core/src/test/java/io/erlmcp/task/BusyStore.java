package io.erlmcp.task;

import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A store whose disk takes no writes now and then. */
final class BusyStore implements TaskStore {
    private final MemoryTaskStore kept = new MemoryTaskStore();
    volatile boolean busy;

    /** Stores what is made, and says that it does not know. */
    volatile boolean losesAnswers;

    /** Takes everything but deletes. */
    volatile boolean forgetsNothing;

    /** Tasks that were read for lists. */
    final AtomicInteger listed = new AtomicInteger();

    /** So often there is no memory to store an end. */
    volatile int starved;

    private void check() {
        check(busy);
    }

    private static void check(boolean fails) {
        if (fails) {
            throw new McpException(ErrorCode.OVERLOADED, "come back");
        }
    }

    @Override
    public void create(TaskRecord task) {
        check();
        kept.create(task);
        if (losesAnswers) {
            throw new McpException(ErrorCode.OVERLOADED, "the disk did not answer");
        }
    }

    @Override
    public Optional<TaskRecord> read(String id) {
        return kept.read(id);
    }

    @Override
    public void update(Collection<TaskRecord> tasks) {
        check();
        if (starved > 0) {
            starved--;
            throw new OutOfMemoryError("planted");
        }
        kept.update(tasks);
    }

    @Override
    public void delete(Collection<String> ids) {
        check(busy || forgetsNothing);
        kept.delete(ids);
    }

    @Override
    public List<TaskRecord> listByOwner(String owner, @Nullable Place after, int limit) {
        List<TaskRecord> found = kept.listByOwner(owner, after, limit);
        listed.addAndGet(found.size());
        return found;
    }

    @Override
    public void each(Consumer<TaskRecord> visitor) {
        kept.each(visitor);
    }
}
