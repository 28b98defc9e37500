// tidy: file-length, because everything that touches the storage engine stands here
package io.erlmcp.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Status;
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
    static final String FOLDER = "db";

    private static final long MEMTABLE_BYTES = 4L << 20;
    private static final long EVENT_MEMTABLE_BYTES = 16L << 20;
    private static final long LOG_BYTES = 64L << 20;
    private static final long CACHE_BYTES = 16L << 20;

    /** Reads whole values and stops at the first that fails its checksum. */
    private final ReadOptions reading;

    private final WriteOptions unsynced;
    private final WriteOptions neverWaiting;
    private final LRUCache cache;
    private final NativeSpace space = new NativeSpace();
    private final Path folder;

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
        makeFolder(folder.toAbsolutePath());
        loadLibrary(folder);
        this.folder = folder;
        this.reading = new ReadOptions().setVerifyChecksums(true);
        this.unsynced = new WriteOptions();
        this.neverWaiting = new WriteOptions().setNoSlowdown(true);
        this.cache = new LRUCache(CACHE_BYTES);
    }

    /** For its owner alone: session ids are secrets. */
    private static void makeFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder.getParent());
            Files.createDirectory(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
        }
    }

    /** Into the folder under a fixed name: a process that is killed leaves no copy behind. */
    private static void loadLibrary(Path folder) throws IOException {
        Path natives = folder.resolve("native");
        Files.createDirectories(natives);
        NativeLibraryLoader.getInstance().loadLibrary(natives.toString());
        RocksDB.loadLibrary();
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

    private void refuseDamagedManifest() throws RocksDBException {
        try {
            Optional<String> problem = ManifestCheck.problem(folder.resolve(FOLDER));
            if (problem.isPresent()) {
                throw new RocksDBException(problem.get(), status(Status.Code.Corruption));
            }
        } catch (IOException e) {
            throw new RocksDBException(
                    "the manifest cannot be read: " + e.getMessage(), status(Status.Code.IOError));
        }
    }

    private static Status status(Status.Code code) {
        return new Status(code, Status.SubCode.None, "");
    }

    /**
     * Whether what is there is not what was written, a file that is gone included. Anything else,
     * such as a full disk or another process, says nothing of it.
     */
    static boolean isDamage(RocksDBException problem) {
        Status status = problem.getStatus();
        if (status == null) {
            return false;
        }
        boolean isFileGone =
                status.getCode() == Status.Code.IOError
                        && String.valueOf(problem.getMessage()).contains("No such file");
        return isFileGone || status.getCode() == Status.Code.Corruption;
    }

    private void openAlone(Mode mode) throws RocksDBException {
        refuseDamagedManifest();
        DBOptions its = options();
        if (mode == Mode.RESCUING) {
            its.setParanoidChecks(false)
                    .setWalRecoveryMode(WALRecoveryMode.SkipAnyCorruptedRecords);
        }
        options = its;
        List<ColumnFamilyDescriptor> families = new ArrayList<>();
        familyOptions = new ArrayList<>();
        String path = folder.resolve(FOLDER).toString();
        List<Family> known = new ArrayList<>(List.of(Family.values()));
        if (mode != Mode.WRITING) {
            known.retainAll(Family.in(path));
        }
        for (Family family : known) {
            ColumnFamilyOptions ofFamily = familyOptions(family);
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

    private static DBOptions options() {
        return new DBOptions()
                .setCreateIfMissing(true)
                .setCreateMissingColumnFamilies(true)
                .setParanoidChecks(true)
                // A power cut tears the end of the newest log; anything else is damage.
                .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
                .setMaxTotalWalSize(LOG_BYTES)
                .setMaxBackgroundJobs(2)
                .setMaxOpenFiles(256)
                .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
                .setMaxLogFileSize(1 << 20)
                .setKeepLogFileNum(3)
                .setStatsDumpPeriodSec(0)
                .setStatsPersistPeriodSec(0);
    }

    private ColumnFamilyOptions familyOptions(Family family) {
        return new ColumnFamilyOptions()
                .setWriteBufferSize(family == Family.EVENTS ? EVENT_MEMTABLE_BYTES : MEMTABLE_BYTES)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTableFormatConfig(
                        new BlockBasedTableConfig()
                                .setBlockCache(cache)
                                .setFilterPolicy(new BloomFilter(10)));
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
            while (at.isValid()
                    && Keys.startsWith(at.key(), prefix)
                    && visitor.visit(at.key(), at.value())) {
                reads.increment();
                at.next();
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
            RocksDB open = db;
            db = null;
            if (open != null) {
                open.close();
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

    /** True when the folder holds a database. */
    static boolean isThere(Path folder) {
        return Files.exists(folder.resolve(FOLDER).resolve("CURRENT"));
    }
}
