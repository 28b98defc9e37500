package io.erlmcp.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteBatchWithIndex;
import org.rocksdb.WriteOptions;

/**
 * The storage engine, open; can be closed and opened again while others use it.
 *
 * <p>Process model: opened and closed by the owner and the committer; used by any thread. A native
 * handle must not be used once it is closed, which is what the lock is for.
 */
final class Engine implements AutoCloseable {
    /** Reads whole values and stops at the first that fails its checksum. */
    private final ReadOptions reading;

    private final WriteOptions unsynced;
    private final WriteOptions neverWaiting;
    private final LRUCache cache;
    private final NativeSpace space;
    private final EngineFiles files;

    /**
     * Guards that {@code db} and {@code handles} are open: users hold the reading side for one
     * native call. Such a call may touch the disk, which is why it is not made on event loops.
     */
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

    /** Entries that were looked at. */
    final LongAdder reads = new LongAdder();

    private @Nullable RocksDB db;
    private Map<Family, ColumnFamilyHandle> handles = Map.of();
    private @Nullable DBOptions options;
    private List<ColumnFamilyOptions> familyOptions = List.of();

    Engine(Path folder) throws IOException {
        this(folder, new NativeSpace());
    }

    Engine(Path folder, NativeSpace space) throws IOException {
        this.space = space;
        this.files = EngineFiles.in(folder);
        this.reading = new ReadOptions().setVerifyChecksums(true);
        this.unsynced = new WriteOptions();
        this.neverWaiting = new WriteOptions().setNoSlowdown(true);
        this.cache = new LRUCache(EngineFiles.CACHE_BYTES);
    }

    /** How it is opened. */
    enum Mode {
        /** For use; refuses damage. */
        WRITING,
        /** Nothing is written, not even by recovery; refuses damage. */
        READING,
        /** Nothing is written, and damage is passed over where that is possible. */
        RESCUING
    }

    void open(Mode mode) throws RocksDBException {
        use.writeLock().lock();
        try {
            openAlone(mode);
        } finally {
            use.writeLock().unlock();
        }
    }

    private void openAlone(Mode mode) throws RocksDBException {
        files.refuseDamagedManifest();
        DBOptions its = EngineFiles.options();
        if (mode == Mode.RESCUING) {
            its.setParanoidChecks(false)
                    .setWalRecoveryMode(WALRecoveryMode.SkipAnyCorruptedRecords);
        }
        options = its;
        List<ColumnFamilyDescriptor> families = new ArrayList<>();
        familyOptions = new ArrayList<>();
        String path = files.database();
        List<Family> known = new ArrayList<>(List.of(Family.values()));
        if (mode != Mode.WRITING) {
            known.retainAll(Family.in(path));
        }
        for (Family family : known) {
            ColumnFamilyOptions ofFamily = EngineFiles.options(family, cache);
            familyOptions.add(ofFamily);
            families.add(new ColumnFamilyDescriptor(family.bytes(), ofFamily));
        }
        List<ColumnFamilyHandle> opened = new ArrayList<>();
        db =
                mode == Mode.WRITING
                        ? RocksDB.open(its, path, families, opened)
                        : RocksDB.openReadOnly(its, path, families, opened);
        Map<Family, ColumnFamilyHandle> byFamily = new EnumMap<>(Family.class);
        for (Family family : known) {
            byFamily.put(family, opened.get(byFamily.size()));
        }
        handles = byFamily;
    }

    /** One native call on the open engine. */
    @FunctionalInterface
    private interface Use<T> {
        T on(RocksDB db) throws RocksDBException;
    }

    private <T> T using(Use<T> call) throws RocksDBException {
        use.readLock().lock();
        try {
            return call.on(open());
        } finally {
            use.readLock().unlock();
        }
    }

    private RocksDB open() throws RocksDBException {
        RocksDB open = db;
        if (open == null) {
            throw new RocksDBException("the store is closed");
        }
        return open;
    }

    private ColumnFamilyHandle handle(Family family) {
        ColumnFamilyHandle handle = handles.get(family);
        if (handle == null) {
            throw new IllegalStateException("not open: " + family);
        }
        return handle;
    }

    byte @Nullable [] get(Family family, byte[] key) throws RocksDBException {
        reads.increment();
        use.readLock().lock();
        try {
            ColumnFamilyHandle handle = handles.get(family);
            return handle == null ? null : open().get(handle, reading, key);
        } finally {
            use.readLock().unlock();
        }
    }

    /** Hears of entries in the order of their keys; false ends the scan. */
    @FunctionalInterface
    interface Visitor {
        boolean visit(byte[] key, byte[] value);
    }

    /** Visits the entries whose keys start with {@code prefix}, from {@code from} on. */
    void scan(Family family, byte[] prefix, byte[] from, Visitor visitor) throws RocksDBException {
        using(
                open -> {
                    scan(open, family, prefix, from, visitor);
                    return true;
                });
    }

    private void scan(RocksDB open, Family family, byte[] prefix, byte[] from, Visitor visitor)
            throws RocksDBException {
        if (!handles.containsKey(family)) {
            return;
        }
        try (RocksIterator at = open.newIterator(handle(family), reading)) {
            at.seek(from);
            boolean goesOn = true;
            while (goesOn && at.isValid() && Keys.startsWith(at.key(), prefix)) {
                reads.increment();
                goesOn = visitor.visit(at.key(), at.value());
                if (goesOn) {
                    at.next();
                }
            }
            at.status();
        }
    }

    /** The keys that start with {@code prefix}, without reading the values. */
    List<byte[]> keys(Family family, byte[] prefix) throws RocksDBException {
        List<byte[]> keys = new ArrayList<>();
        eachKey(family, prefix, keys::add);
        return keys;
    }

    /** How many entries there are. */
    int count(Family family) throws RocksDBException {
        int[] count = {0};
        eachKey(family, new byte[0], key -> count[0]++);
        return count[0];
    }

    private void eachKey(Family family, byte[] prefix, Consumer<byte[]> visitor)
            throws RocksDBException {
        using(
                open -> {
                    try (RocksIterator at = open.newIterator(handle(family), reading)) {
                        at.seek(prefix);
                        while (at.isValid() && Keys.startsWith(at.key(), prefix)) {
                            reads.increment();
                            visitor.accept(at.key());
                            at.next();
                        }
                        at.status();
                    }
                    return true;
                });
    }

    /** Visits all entries from both ends, up to the first that cannot be read on each way. */
    void scanWhatIsLeft(Family family, Visitor visitor) throws RocksDBException {
        using(
                open -> {
                    if (!handles.containsKey(family)) {
                        return true;
                    }
                    try (RocksIterator at = open.newIterator(handle(family), reading)) {
                        for (at.seekToFirst(); at.isValid(); at.next()) {
                            visitor.visit(at.key(), at.value());
                        }
                    }
                    try (RocksIterator at = open.newIterator(handle(family), reading)) {
                        for (at.seekToLast(); at.isValid(); at.prev()) {
                            if (!visitor.visit(at.key(), at.value())) {
                                break;
                            }
                        }
                    }
                    return true;
                });
    }

    /** Writes a batch to the log and makes it visible; {@link #sync} makes it last. */
    void write(WriteBatchWithIndex batch) throws RocksDBException {
        using(
                open -> {
                    open.write(unsynced, batch);
                    return true;
                });
    }

    /**
     * Syncs what was written before. Not part of the write, so that appends need not wait for it.
     */
    void sync() throws RocksDBException {
        using(
                open -> {
                    open.syncWal();
                    return true;
                });
    }

    /** A change of a batch that is appended without a sync. */
    @FunctionalInterface
    interface Filling {
        void fill(Appending batch) throws RocksDBException;
    }

    /** What may be in an append. */
    final class Appending {
        private final WriteBatch batch;

        private Appending(WriteBatch batch) {
            this.batch = batch;
        }

        void put(Family family, byte[] key, byte[] value) throws RocksDBException {
            batch.put(handle(family), key, value);
        }

        /** Puts an event together where the engine takes it from, without an array of its own. */
        void put(byte[] key, StoredEvent event) throws RocksDBException {
            ByteBuffer place = space.take(key.length + event.maxLength());
            if (place == null) {
                put(Family.EVENTS, key, event.write());
                return;
            }
            try {
                place.put(key);
                int end = event.write(length -> place).position();
                batch.put(
                        handle(Family.EVENTS),
                        place.slice(0, key.length),
                        place.slice(key.length, end - key.length));
            } finally {
                space.giveBack(place);
            }
        }

        void delete(Family family, byte[] key) throws RocksDBException {
            batch.delete(handle(family), key);
        }
    }

    /**
     * Writes to the log without a sync and without waiting for the engine: where it would have to
     * wait, the write fails as incomplete.
     */
    void append(Filling filling) throws RocksDBException {
        using(
                open -> {
                    try (WriteBatch batch = new WriteBatch()) {
                        filling.fill(new Appending(batch));
                        open.write(neverWaiting, batch);
                    }
                    return true;
                });
    }

    /** A batch for the committer, with the engine below it. */
    Batch batch() {
        return new Batch(this);
    }

    byte @Nullable [] get(WriteBatchWithIndex batch, Family family, byte[] key)
            throws RocksDBException {
        return this.<byte @Nullable []>using(
                open -> batch.getFromBatchAndDB(open, handle(family), reading, key));
    }

    void put(WriteBatchWithIndex batch, Family family, byte[] key, byte[] value)
            throws RocksDBException {
        using(
                open -> {
                    batch.put(handle(family), key, value);
                    return true;
                });
    }

    void delete(WriteBatchWithIndex batch, Family family, byte[] key) throws RocksDBException {
        using(
                open -> {
                    batch.delete(handle(family), key);
                    return true;
                });
    }

    long lastChange() throws RocksDBException {
        return using(RocksDB::getLatestSequenceNumber);
    }

    /** Reads every file whole and compares it with its checksums. */
    void verify() throws RocksDBException {
        using(
                open -> {
                    open.verifyChecksum();
                    return true;
                });
    }

    /** Closes the database; {@link #open} may follow. */
    void shut() {
        use.writeLock().lock();
        try {
            handles.values().forEach(ColumnFamilyHandle::close);
            handles = Map.of();
            if (db != null) {
                db.close();
                db = null;
            }
            familyOptions.forEach(ColumnFamilyOptions::close);
            familyOptions = List.of();
            if (options != null) {
                options.close();
                options = null;
            }
        } finally {
            use.writeLock().unlock();
        }
    }

    @Override
    public void close() {
        shut();
        reading.close();
        unsynced.close();
        neverWaiting.close();
        cache.close();
    }
}
