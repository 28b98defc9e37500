package io.erlmcp.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.rocksdb.RocksDBException;

/** Saves what can be read of a damaged store that no process has open. */
public final class StoreRepair {
    /**
     * What became of a repair.
     *
     * @param before where the store as it was is kept
     * @param found what {@link StoreCheck#check} found in the new one
     */
    public record Repaired(Path before, StoreCheck.Found found) {}

    private static final int CHUNK = 500;

    private final Engine from;
    private final Engine to;

    private StoreRepair(Engine from, Engine to) {
        this.from = from;
        this.to = to;
    }

    /**
     * Moves the store aside and makes a new one of what can be read of it.
     *
     * @param now for the new store's boot count where the old one cannot be read
     * @throws IOException when a process has it open, or nothing can be saved: then it is where it
     *     was
     */
    public static Repaired repair(Path folder, Instant now) throws IOException {
        StoreCheck.refuseWhileOpen(folder);
        Path before = freeName(folder);
        Files.move(folder, before);
        boolean isSaved = false;
        try (Engine from = new Engine(before);
                Engine to = new Engine(folder)) {
            from.open(Engine.Mode.RESCUING);
            to.open(Engine.Mode.WRITING);
            new StoreRepair(from, to).copy(now);
            isSaved = true;
        } catch (RocksDBException e) {
            throw new IOException(
                    folder + ": nothing can be saved, it is as it was: " + e.getMessage(), e);
        } finally {
            if (!isSaved) {
                putBack(folder, before);
            }
        }
        return new Repaired(before, StoreCheck.check(folder));
    }

    private static void putBack(Path folder, Path before) throws IOException {
        Files.move(folder, freeName(folder.resolveSibling(folder.getFileName() + ".unfinished")));
        Files.move(before, folder);
    }

    private static Path freeName(Path folder) {
        Path name = folder.resolveSibling(folder.getFileName() + ".damaged");
        for (int i = 2; Files.exists(name); i++) {
            name = folder.resolveSibling(folder.getFileName() + ".damaged" + i);
        }
        return name;
    }

    private void copy(Instant now) throws RocksDBException {
        try (Batch batch = to.batch()) {
            batch.put(Family.META, DiskStore.FORMAT, DiskStore.number(DiskStore.FORMAT_VERSION));
            batch.put(Family.META, DiskStore.BOOTS, boots(now));
            batch.write();
        }
        copy(Family.SESSIONS);
        copy(Family.EVENTS);
        copy(Family.WORK);
        copy(Family.VALUES);
        copy(Family.TASKS);
        to.sync();
    }

    /** Above every boot that there can have been: event ids are never given out twice. */
    private byte[] boots(Instant now) {
        try {
            byte[] known = from.get(Family.META, DiskStore.BOOTS);
            if (known != null && known.length == Long.BYTES) {
                return DiskStore.number(ByteBuffer.wrap(known).getLong() + 1);
            }
        } catch (RocksDBException unreadable) {
            // The clock is far beyond any count.
        }
        return DiskStore.number(now.getEpochSecond());
    }

    @SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
    private record Pair(byte[] key, byte[] value) {}

    private void copy(Family family) throws RocksDBException {
        Set<ByteBuffer> seen = new HashSet<>();
        List<Pair> chunk = new ArrayList<>();
        from.scanWhatIsLeft(
                family,
                (key, value) -> {
                    boolean isNew = seen.add(ByteBuffer.wrap(key));
                    if (isNew && StoreCheck.canBeRead(family, value)) {
                        chunk.add(new Pair(key, value));
                        if (chunk.size() >= CHUNK) {
                            write(family, chunk);
                        }
                    }
                    return isNew;
                });
        write(family, chunk);
    }

    private void write(Family family, List<Pair> chunk) {
        try (Batch batch = to.batch()) {
            for (Pair pair : chunk) {
                if (isOrphan(family, pair)) {
                    continue;
                }
                batch.put(family, pair.key(), pair.value());
                if (family == Family.SESSIONS) {
                    RocksSessionStore.index(batch, SessionCodec.read(pair.value()));
                } else if (family == Family.TASKS) {
                    RocksTaskStore.index(batch, TaskRecordCodec.read(pair.value()));
                }
            }
            batch.write();
        } catch (RocksDBException e) {
            throw new IllegalStateException("the new store cannot be written", e);
        }
        chunk.clear();
    }

    /** What belongs to a session that is not there, which nobody would ever delete. */
    private boolean isOrphan(Family family, Pair pair) throws RocksDBException {
        return (family == Family.EVENTS || family == Family.WORK)
                && !StoreCheck.isThere(to, Keys.owner(pair.key()));
    }
}
