package io.erlmcp.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * What was found when a store was opened: everything that was acknowledged was looked at.
 *
 * @param boots how often the store was opened before
 */
record StoreContents(long boots, int sessions, int values) {
    private static final byte[] ALL = {};

    /**
     * Opens the engine and looks at what it holds.
     *
     * @throws StoreDamaged when something is not what was written; the engine is shut then
     * @throws IOException when it cannot be opened for another reason; likewise
     */
    static StoreContents open(Engine engine, Path folder) throws StoreDamaged, IOException {
        SyncedMark.Mark mark = SyncedMark.read(folder);
        long synced = mark.change();
        if (synced > 0 && !EngineFiles.isThere(folder)) {
            throw damaged(folder, "its files are gone", null);
        }
        boolean isOpen = false;
        try {
            // Looked at before it is opened for writing: recovery would write over what it found.
            // Before anything was synced there is nothing to lose, and it may be half made.
            engine.open(synced > 0 ? Engine.Mode.READING : Engine.Mode.WRITING);
            StoreContents contents = check(engine, folder, mark);
            if (synced > 0) {
                engine.shut();
                engine.open(Engine.Mode.WRITING);
            }
            isOpen = true;
            return contents;
        } catch (BinaryReader.Damaged e) {
            throw damaged(folder, String.valueOf(e.getMessage()), e);
        } catch (RocksDBException e) {
            if (EngineFiles.isDamage(e)) {
                throw damaged(folder, String.valueOf(e.getMessage()), e);
            }
            throw new IOException(
                    "the store cannot be opened: "
                            + e.getMessage()
                            + "; it is not damaged as far as that shows. End another process that"
                            + " has it open, make room on its disk, or let the user of this"
                            + " process read and write it, and start again",
                    e);
        } finally {
            if (!isOpen) {
                engine.shut();
            }
        }
    }

    private static StoreContents check(Engine engine, Path folder, SyncedMark.Mark mark)
            throws RocksDBException, StoreDamaged, IOException {
        String missing = mark.missing(folder, engine.lastChange()).orElse(null);
        if (missing != null) {
            throw damaged(folder, missing, null);
        }
        byte[] format = engine.get(Family.META, DiskStore.FORMAT);
        if (format != null && number(format) != DiskStore.FORMAT_VERSION) {
            throw damaged(
                    folder,
                    "it has format "
                            + number(format)
                            + "; this version of erlmcp reads format "
                            + DiskStore.FORMAT_VERSION,
                    null);
        }
        byte[] boots = engine.get(Family.META, DiskStore.BOOTS);
        count(engine, Family.TASKS, "a task", TaskRecordCodec.VERSION);
        return new StoreContents(
                boots == null ? 0 : number(boots),
                count(engine, Family.SESSIONS, "a session", SessionCodec.VERSION),
                count(engine, Family.VALUES, "a value", RocksValues.VERSION));
    }

    private static long number(byte[] bytes) {
        if (bytes.length != Long.BYTES) {
            throw new BinaryReader.Damaged("a number has " + bytes.length + " bytes");
        }
        return ByteBuffer.wrap(bytes).getLong();
    }

    private static int count(Engine engine, Family family, String what, int version)
            throws RocksDBException {
        int[] count = {0};
        engine.scan(
                family,
                ALL,
                ALL,
                (key, value) -> {
                    BinaryReader.check(what, value, version);
                    count[0]++;
                    return true;
                });
        return count[0];
    }

    private static StoreDamaged damaged(Path folder, String what, @Nullable Exception cause) {
        return new StoreDamaged(
                folder
                        + ": the store is damaged: "
                        + what
                        + "; nothing was changed. `./erlmcp store check "
                        + folder
                        + "` says what is lost, `./erlmcp store repair "
                        + folder
                        + "` keeps what can be read",
                cause);
    }
}
