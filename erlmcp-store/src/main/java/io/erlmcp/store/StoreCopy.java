package io.erlmcp.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.rocksdb.RocksDBException;

/**
 * Copies a store that no process has open into a new folder. The copy is read back and compared,
 * and gets its name only when it is equal; the source is not changed.
 */
public final class StoreCopy {
    /**
     * What was copied, or would be.
     *
     * @param work requests that are known beside their events: accepted, begun or ended
     * @param checksum SHA-256 of every key and value in their order, the same for equal stores
     */
    public record Copied(
            long sessions, long events, long work, long values, long tasks, String checksum) {}

    /** Hears of progress, after each batch. */
    @FunctionalInterface
    public interface Progress {
        /** So many entries are done of what {@code what} says, such as {@code copied events}. */
        void done(String what, long entries);
    }

    private static final int CHUNK = 500;
    private static final byte[] ALL = {};

    private final Progress progress;

    private StoreCopy(Progress progress) {
        this.progress = progress;
    }

    /**
     * Says what would be copied.
     *
     * @throws IOException when the source is no whole store or is open, or the target cannot be
     *     made
     */
    public static Copied look(Path source, Path target, Progress progress) throws IOException {
        check(source, target);
        return new StoreCopy(progress).read(source, "source");
    }

    /**
     * Copies.
     *
     * @throws IOException as {@link #look}, and when the copy is not equal; there is no target then
     */
    public static Copied copy(Path source, Path target, Progress progress) throws IOException {
        check(source, target);
        Path unfinished = target.resolveSibling(target.getFileName() + ".copying");
        delete(unfinished);
        boolean isDone = false;
        try {
            StoreCopy copy = new StoreCopy(progress);
            copy.write(source, unfinished);
            Copied before = copy.read(source, "source");
            Copied after = copy.read(unfinished, "copy");
            if (!before.equals(after)) {
                throw new IOException(
                        target + ": the copy is not equal: " + after + ", source: " + before);
            }
            Files.deleteIfExists(target);
            Files.move(unfinished, target);
            isDone = true;
            return after;
        } finally {
            if (!isDone) {
                delete(unfinished);
            }
        }
    }

    private static void check(Path source, Path target) throws IOException {
        StoreCheck.Found found = StoreCheck.check(source);
        if (!found.isWhole()) {
            throw new IOException(
                    source
                            + ": the store is damaged: "
                            + found.problems().getFirst()
                            + "; `./erlmcp store repair "
                            + source
                            + "` keeps what can be read");
        }
        if (target.toAbsolutePath().normalize().startsWith(source.toAbsolutePath().normalize())) {
            throw new IOException(target + ": must not be in the source");
        }
        if (Files.exists(target) && !isEmptyFolder(target)) {
            throw new IOException(target + ": must be missing, or an empty folder");
        }
        Path parent = target.toAbsolutePath().getParent();
        if (parent == null || !Files.isDirectory(parent) || !Files.isWritable(parent)) {
            throw new IOException(parent + ": must be a folder that can be written");
        }
    }

    private static boolean isEmptyFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> in = Files.list(folder)) {
            return in.findAny().isEmpty();
        }
    }

    private void write(Path source, Path target) throws IOException {
        try (Engine to = new Engine(target);
                Engine from = new Engine(source)) {
            from.open(Engine.Mode.READING);
            to.open(Engine.Mode.WRITING);
            for (Family family : Family.values()) {
                copy(from, to, family);
            }
            to.sync();
        } catch (RocksDBException e) {
            throw new IOException(target + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private void copy(Engine from, Engine to, Family family) throws RocksDBException {
        List<Map.Entry<byte[], byte[]>> chunk = new ArrayList<>();
        long[] count = {0};
        from.scan(
                family,
                ALL,
                ALL,
                (key, value) -> {
                    chunk.add(Map.entry(key, value));
                    if (chunk.size() == CHUNK) {
                        write(to, family, chunk);
                    }
                    count[0]++;
                    if (count[0] % CHUNK == 0) {
                        progress.done("copied " + family.label(), count[0]);
                    }
                    return true;
                });
        write(to, family, chunk);
    }

    private static void write(Engine to, Family family, List<Map.Entry<byte[], byte[]>> chunk) {
        try (Batch batch = to.batch()) {
            for (Map.Entry<byte[], byte[]> pair : chunk) {
                batch.put(family, pair.getKey(), pair.getValue());
            }
            batch.write();
        } catch (RocksDBException e) {
            throw new IllegalStateException("the copy cannot be written: " + e.getMessage(), e);
        }
        chunk.clear();
    }

    private Copied read(Path folder, String name) throws IOException {
        MessageDigest digest = sha256();
        Map<Family, Long> counts = new EnumMap<>(Family.class);
        try (Engine engine = new Engine(folder)) {
            engine.open(Engine.Mode.READING);
            for (Family family : Family.values()) {
                counts.put(family, read(engine, family, digest, name));
            }
        } catch (RocksDBException e) {
            throw new IOException(folder + ": cannot be read: " + e.getMessage(), e);
        }
        return new Copied(
                counts.getOrDefault(Family.SESSIONS, 0L),
                counts.getOrDefault(Family.EVENTS, 0L),
                counts.getOrDefault(Family.WORK, 0L),
                counts.getOrDefault(Family.VALUES, 0L),
                counts.getOrDefault(Family.TASKS, 0L),
                HexFormat.of().formatHex(digest.digest()));
    }

    private long read(Engine engine, Family family, MessageDigest digest, String name)
            throws RocksDBException {
        long[] count = {0};
        digest.update(family.bytes());
        engine.scan(
                family,
                ALL,
                ALL,
                (key, value) -> {
                    digest.update(
                            ByteBuffer.allocate(8).putInt(key.length).putInt(value.length).flip());
                    digest.update(key);
                    digest.update(value);
                    count[0]++;
                    if (count[0] % CHUNK == 0) {
                        progress.done("read " + family.label() + " of the " + name, count[0]);
                    }
                    return true;
                });
        return count[0];
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
