package io.erlmcp.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.rocksdb.WALRecoveryMode;

/** Where the storage engine has its files, and how it keeps them. */
record EngineFiles(Path folder) {
    static final String DATABASE = "db";
    static final long CACHE_BYTES = 16L << 20;

    private static final long MEMTABLE_BYTES = 4L << 20;
    private static final long EVENT_MEMTABLE_BYTES = 16L << 20;
    private static final long LOG_BYTES = 64L << 20;

    /** Makes the folder where there is none, and loads the engine's library into it. */
    static EngineFiles in(Path folder) throws IOException {
        makeFolder(folder.toAbsolutePath());
        loadLibrary(folder);
        return new EngineFiles(folder);
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

    String database() {
        return folder.resolve(DATABASE).toString();
    }

    void refuseDamagedManifest() throws RocksDBException {
        try {
            Optional<String> problem = ManifestCheck.problem(folder.resolve(DATABASE));
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

    static DBOptions options() {
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

    static ColumnFamilyOptions options(Family family, LRUCache cache) {
        return new ColumnFamilyOptions()
                .setWriteBufferSize(family == Family.EVENTS ? EVENT_MEMTABLE_BYTES : MEMTABLE_BYTES)
                .setCompressionType(CompressionType.LZ4_COMPRESSION)
                .setTableFormatConfig(
                        new BlockBasedTableConfig()
                                .setBlockCache(cache)
                                .setFilterPolicy(new BloomFilter(10)));
    }

    /** True when the folder holds a database. */
    static boolean isThere(Path folder) {
        return Files.exists(folder.resolve(DATABASE).resolve("CURRENT"));
    }
}
