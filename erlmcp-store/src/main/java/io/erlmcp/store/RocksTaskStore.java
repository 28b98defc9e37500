package io.erlmcp.store;

import io.erlmcp.task.TaskRecord;
import io.erlmcp.task.TaskStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/** Tasks on the disk: a record and an entry by owner, changed together. */
final class RocksTaskStore implements TaskStore {
    private static final byte[] NOTHING = {};

    private final Committer committer;
    private final Readers readers;

    RocksTaskStore(Committer committer, Readers readers) {
        this.committer = committer;
        this.readers = readers;
    }

    @Override
    public boolean isDurable() {
        return true;
    }

    @Override
    public void create(TaskRecord task) {
        byte[] key = Keys.text(task.id());
        byte[] record = TaskRecordCodec.write(task);
        committer.commit(
                batch -> {
                    if (batch.get(Family.TASKS, key) != null) {
                        throw new IllegalStateException("a task with this id exists");
                    }
                    batch.put(Family.TASKS, key, record);
                    index(batch, task);
                    return true;
                });
    }

    /** Enters a task by its owner. */
    static void index(Batch batch, TaskRecord task) throws RocksDBException {
        batch.put(Family.TASKS_BY_OWNER, byOwner(task), NOTHING);
    }

    private static byte[] byOwner(TaskRecord task) {
        return Keys.principal(task.owner(), task.created(), task.id());
    }

    @Override
    public Optional<TaskRecord> read(String id) {
        byte[] key = Keys.text(id);
        return readers.read(
                engine ->
                        Optional.ofNullable(engine.get(Family.TASKS, key))
                                .map(TaskRecordCodec::read));
    }

    @Override
    public void update(Collection<TaskRecord> tasks) {
        List<TaskRecord> all = List.copyOf(tasks);
        committer.commit(
                batch -> {
                    for (TaskRecord task : all) {
                        byte[] key = Keys.text(task.id());
                        if (batch.get(Family.TASKS, key) != null) {
                            batch.put(Family.TASKS, key, TaskRecordCodec.write(task));
                        }
                    }
                    return true;
                });
    }

    @Override
    public void delete(Collection<String> ids) {
        List<String> all = List.copyOf(ids);
        committer.commit(
                batch -> {
                    for (String id : all) {
                        delete(batch, id);
                    }
                    return true;
                });
    }

    private static void delete(Batch batch, String id) throws RocksDBException {
        byte[] key = Keys.text(id);
        byte[] stored = batch.get(Family.TASKS, key);
        if (stored == null) {
            return;
        }
        batch.delete(Family.TASKS, key);
        try {
            batch.delete(Family.TASKS_BY_OWNER, byOwner(TaskRecordCodec.read(stored)));
        } catch (BinaryReader.Damaged unreadable) {
            // it is to go all the same, and must keep no other from going
            batch.deleteAll(Family.TASKS_BY_OWNER, it -> Keys.isPrincipal(it, id));
        }
    }

    @Override
    public List<TaskRecord> listByOwner(String owner, @Nullable Place after, int limit) {
        byte[] prefix = Keys.prefix(owner);
        byte[] from =
                after == null
                        ? prefix
                        : Keys.behind(Keys.principal(owner, after.created(), after.id()));
        return readers.read(
                engine -> {
                    List<TaskRecord> tasks = new ArrayList<>();
                    byte[] place = from;
                    boolean isEnd = false;
                    while (!isEnd && tasks.size() < limit) {
                        int missing = limit - tasks.size();
                        List<byte[]> entries = entries(engine, prefix, place, missing);
                        readAll(engine, entries, prefix, tasks);
                        // one that was deleted meanwhile leaves a gap, which is no end
                        isEnd = entries.size() < missing;
                        place = isEnd ? place : Keys.behind(entries.getLast());
                    }
                    return tasks;
                });
    }

    /** Entries of one owner, from that place on, one at least if there is one. */
    private static List<byte[]> entries(Engine engine, byte[] prefix, byte[] from, int limit)
            throws RocksDBException {
        List<byte[]> keys = new ArrayList<>();
        engine.scan(
                Family.TASKS_BY_OWNER,
                prefix,
                from,
                (key, value) -> {
                    keys.add(key);
                    return keys.size() < limit;
                });
        return keys;
    }

    private static void readAll(
            Engine engine, List<byte[]> entries, byte[] prefix, List<TaskRecord> into)
            throws RocksDBException {
        for (byte[] entry : entries) {
            String id = Keys.afterPrefix(entry, prefix.length + Long.BYTES);
            byte[] stored = engine.get(Family.TASKS, Keys.text(id));
            if (stored != null) {
                into.add(TaskRecordCodec.read(stored));
            }
        }
    }

    @Override
    public void each(Consumer<TaskRecord> visitor) {
        readers.read(
                engine -> {
                    engine.scan(
                            Family.TASKS,
                            NOTHING,
                            NOTHING,
                            (key, value) -> {
                                readable(value).ifPresent(visitor);
                                return true;
                            });
                    return true;
                });
    }

    /** One that cannot be read keeps no other from being shown. */
    private Optional<TaskRecord> readable(byte[] value) {
        try {
            return Optional.of(TaskRecordCodec.read(value));
        } catch (BinaryReader.Damaged damage) {
            readers.tell(damage);
            return Optional.empty();
        }
    }
}
