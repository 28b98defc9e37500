package io.erlmcp.migration;

import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.task.MemoryTaskStore;
import io.erlmcp.task.TaskRecord;
import io.erlmcp.task.TaskStore;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tasks in memory that say that they are durable, and can be out of order. */
final class FailingTasks implements TaskStore {
    final MemoryTaskStore kept = new MemoryTaskStore();
    volatile boolean failsWrites;
    volatile boolean failsReads;

    private static void check(boolean fails) {
        if (fails) {
            throw new McpException(ErrorCode.OVERLOADED, "out of order");
        }
    }

    @Override
    public boolean isDurable() {
        return true;
    }

    @Override
    public void create(TaskRecord task) {
        check(failsWrites);
        kept.create(task);
    }

    @Override
    public Optional<TaskRecord> read(String id) {
        check(failsReads);
        return kept.read(id);
    }

    @Override
    public void update(Collection<TaskRecord> tasks) {
        check(failsWrites);
        kept.update(tasks);
    }

    @Override
    public void delete(Collection<String> ids) {
        check(failsWrites);
        kept.delete(ids);
    }

    @Override
    public List<TaskRecord> listByOwner(String owner, @Nullable Place after, int limit) {
        check(failsReads);
        return kept.listByOwner(owner, after, limit);
    }

    @Override
    public void each(Consumer<TaskRecord> visitor) {
        check(failsReads);
        kept.each(visitor);
    }
}
