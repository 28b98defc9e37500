package io.erlmcp.store;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatchWithIndex;

/** Changes that are written together; each sees those before it. The committer's alone. */
final class Batch implements AutoCloseable {
    private static final byte[] ALL = {};

    private final Engine engine;
    private final WriteBatchWithIndex changes = new WriteBatchWithIndex(true);

    Batch(Engine engine) {
        this.engine = engine;
    }

    byte @Nullable [] get(Family family, byte[] key) throws RocksDBException {
        return engine.get(changes, family, key);
    }

    void put(Family family, byte[] key, byte[] value) throws RocksDBException {
        engine.put(changes, family, key, value);
    }

    void delete(Family family, byte[] key) throws RocksDBException {
        engine.delete(changes, family, key);
    }

    /** Deletes what the engine has under {@code prefix}; not what this batch put there. */
    void deleteAll(Family family, byte[] prefix) throws RocksDBException {
        for (byte[] key : engine.keys(family, prefix)) {
            delete(family, key);
        }
    }

    /** Likewise, the keys that {@code which} picks; looks at all. */
    void deleteAll(Family family, Predicate<byte[]> which) throws RocksDBException {
        for (byte[] key : engine.keys(family, ALL)) {
            if (which.test(key)) {
                delete(family, key);
            }
        }
    }

    int size() {
        return changes.count();
    }

    void begin() {
        changes.setSavePoint();
    }

    /** Takes back what was changed since {@link #begin}. */
    void takeBack() throws RocksDBException {
        changes.rollbackToSavePoint();
    }

    void write() throws RocksDBException {
        engine.write(changes);
    }

    @Override
    public void close() {
        changes.close();
    }
}
