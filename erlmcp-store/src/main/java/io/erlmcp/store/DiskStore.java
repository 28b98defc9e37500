package io.erlmcp.store;

import io.erlmcp.feature.KeyValueStore;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.session.EventLogs;
import io.erlmcp.session.SessionStore;
import io.erlmcp.task.TaskStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;

/**
 * Sessions, their events, tasks and small values in one folder on the disk.
 *
 * <p>What a call acknowledged is synced. When the disk does not take a write, the call fails with
 * an error that asks the client to come back, reads go on, and the store opens itself again once
 * the disk takes writes.
 *
 * <p>Process model: opened and closed by one owner; owns one committer and two reader threads.
 */
public final class DiskStore implements AutoCloseable {
    static final byte[] FORMAT = Keys.text("format");
    static final byte[] BOOTS = Keys.text("boots");
    static final long FORMAT_VERSION = 1;

    private final Engine engine;
    private final SyncedMark mark;
    private final Committer committer;
    private final Readers readers;
    private final SessionStore sessions;
    private final DiskEventLogs events;
    private final KeyValueStore values;
    private final TaskStore tasks;

    private DiskStore(
            Engine engine,
            SyncedMark mark,
            StoreConfig config,
            StoreContents contents,
            Time time,
            Observer observer) {
        this.engine = engine;
        this.mark = mark;
        this.committer = new Committer(engine, mark, config, time, observer);
        this.readers = new Readers(engine, config, observer);
        this.sessions = new RocksSessionStore(committer, readers, contents.sessions());
        this.values = new RocksValues(committer, readers, config.maxValues(), contents.values());
        this.tasks = new RocksTaskStore(committer, readers);
        String epoch = Long.toString(contents.boots() + 1, Character.MAX_RADIX);
        this.events = new DiskEventLogs(engine, committer, readers, config.events(), epoch);
    }

    /**
     * Opens the store, or makes it where there is none.
     *
     * @throws StoreDamaged when what is there is not what was written; nothing was changed then
     * @throws IOException when the folder cannot be used
     */
    public static DiskStore open(StoreConfig config, Time time, Observer observer)
            throws StoreDamaged, IOException {
        return open(config, time, observer, new NativeSpace());
    }

    /** The same with memory that may run out. */
    static DiskStore open(StoreConfig config, Time time, Observer observer, NativeSpace space)
            throws StoreDamaged, IOException {
        Engine engine = new Engine(config.folder(), space);
        DiskStore store = null;
        try {
            StoreContents contents = StoreContents.open(engine, config.folder());
            store =
                    new DiskStore(
                            engine,
                            SyncedMark.open(config.folder()),
                            config,
                            contents,
                            time,
                            observer);
            store.boot(contents.boots() + 1);
            return store;
        } finally {
            if (store == null) {
                engine.close();
            }
        }
    }

    /** Counts this boot before anything is promised in its name. */
    private void boot(long number) throws IOException {
        try {
            committer.commit(
                    batch -> {
                        batch.put(Family.META, FORMAT, number(FORMAT_VERSION));
                        batch.put(Family.META, BOOTS, number(number));
                        return true;
                    });
        } catch (RuntimeException e) {
            close();
            throw new IOException("the store cannot be written: " + e.getMessage(), e);
        }
    }

    static byte[] number(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    /** The sessions. */
    public SessionStore sessions() {
        return sessions;
    }

    /** The events of their streams. */
    public EventLogs events() {
        return events;
    }

    /** Entries that were looked at. */
    long reads() {
        return engine.reads.sum();
    }

    /** Tasks and what came of them. */
    public TaskStore tasks() {
        return tasks;
    }

    /** Small values by key. */
    public KeyValueStore values() {
        return values;
    }

    /** True when {@code folder} holds a store. */
    public static boolean isThere(Path folder) {
        return EngineFiles.isThere(folder);
    }

    @Override
    public void close() {
        committer.close();
        readers.close();
        events.markHoles();
        try {
            engine.sync();
        } catch (RocksDBException e) {
            // What was acknowledged is synced; only events are not, which are allowed to go.
        }
        engine.close();
        try {
            mark.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
