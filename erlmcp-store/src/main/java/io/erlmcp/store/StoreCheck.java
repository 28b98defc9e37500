package io.erlmcp.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rocksdb.RocksDBException;

/** Looks at a store that no process has open. */
public final class StoreCheck {
    /**
     * What was found.
     *
     * @param problems a line each; none for a store that is whole
     * @param sessions sessions that can be read
     * @param events events that can be read
     * @param values values that can be read
     * @param tasks tasks that can be read
     * @param orphans events, and marks of requests, of sessions that are not there: nothing is lost
     *     with them, and a repair leaves them out; not looked for where there are problems
     */
    public record Found(
            List<String> problems,
            long sessions,
            long events,
            long values,
            long tasks,
            long orphans) {
        public Found {
            problems = List.copyOf(problems);
        }

        /** True when everything that was acknowledged is there. */
        public boolean isWhole() {
            return problems.isEmpty();
        }
    }

    private static final byte[] ALL = {};

    private StoreCheck() {}

    /**
     * Reads the whole store and compares it with its checksums; changes nothing.
     *
     * @throws IOException when there is no store, or a process has it open
     */
    public static Found check(Path folder) throws IOException {
        if (!EngineFiles.isThere(folder) && SyncedMark.read(folder).change() == 0) {
            throw new IOException(folder + ": there is no store");
        }
        refuseWhileOpen(folder);
        List<String> problems = new ArrayList<>();
        Map<Family, Long> counts = new EnumMap<>(Family.class);
        long orphans = 0;
        try (Engine engine = new Engine(folder)) {
            engine.open(Engine.Mode.READING);
            verify(engine, problems);
            lostTail(engine, folder, problems);
            for (Family family : Family.values()) {
                counts.put(family, count(engine, family, problems));
            }
            indexes(counts, problems);
            if (problems.isEmpty()) {
                orphans = orphans(engine, Family.EVENTS) + orphans(engine, Family.WORK);
            }
        } catch (RocksDBException e) {
            problems.add("it cannot be opened: " + e.getMessage());
        }
        return new Found(
                problems,
                counts.getOrDefault(Family.SESSIONS, 0L),
                counts.getOrDefault(Family.EVENTS, 0L),
                counts.getOrDefault(Family.VALUES, 0L),
                counts.getOrDefault(Family.TASKS, 0L),
                orphans);
    }

    private static long orphans(Engine engine, Family family) throws RocksDBException {
        Map<String, Long> byOwner = new HashMap<>();
        engine.scan(
                family,
                ALL,
                ALL,
                (key, value) -> {
                    byOwner.merge(Keys.owner(key), 1L, Long::sum);
                    return true;
                });
        long orphans = 0;
        for (Map.Entry<String, Long> entry : byOwner.entrySet()) {
            orphans += isThere(engine, entry.getKey()) ? 0 : entry.getValue();
        }
        return orphans;
    }

    static boolean isThere(Engine engine, String session) throws RocksDBException {
        return engine.get(Family.SESSIONS, Keys.text(session)) != null;
    }

    static void refuseWhileOpen(Path folder) throws IOException {
        Path lock = folder.resolve(EngineFiles.DATABASE).resolve("LOCK");
        if (!Files.exists(lock)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock taken = channel.tryLock()) {
            if (taken == null) {
                throw new IOException(folder + ": a node has it open; stop that node first");
            }
        }
    }

    private static void verify(Engine engine, List<String> problems) {
        try {
            engine.verify();
        } catch (RocksDBException e) {
            problems.add("a file does not fit its checksums: " + e.getMessage());
        }
    }

    private static void lostTail(Engine engine, Path folder, List<String> problems)
            throws IOException, RocksDBException {
        SyncedMark.read(folder).missing(folder, engine.lastChange()).ifPresent(problems::add);
    }

    private static long count(Engine engine, Family family, List<String> problems) {
        long[] counts = {0, 0};
        try {
            engine.scan(
                    family,
                    ALL,
                    ALL,
                    (key, value) -> {
                        counts[canBeRead(family, value) ? 0 : 1]++;
                        return true;
                    });
        } catch (RocksDBException e) {
            problems.add(
                    family.label()
                            + ": cannot be read behind entry "
                            + counts[0]
                            + ": "
                            + e.getMessage());
        }
        if (counts[1] > 0) {
            problems.add(family.label() + ": " + counts[1] + " entries cannot be read");
        }
        return counts[0];
    }

    static boolean canBeRead(Family family, byte[] value) {
        try {
            switch (family) {
                case SESSIONS -> SessionCodec.read(value);
                case EVENTS -> StoredEvent.read(value);
                case WORK -> StoredWork.read(value);
                case TASKS -> TaskRecordCodec.read(value);
                case VALUES -> BinaryReader.check("a value", value, RocksValues.VERSION);
                case META, BY_AGE, BY_PRINCIPAL, TASKS_BY_OWNER -> {}
            }
            return true;
        } catch (BinaryReader.Damaged unreadable) {
            return false;
        }
    }

    private static void indexes(Map<Family, Long> counts, List<String> problems) {
        Long sessions = counts.get(Family.SESSIONS);
        for (Family index : List.of(Family.BY_AGE, Family.BY_PRINCIPAL)) {
            Long entries = counts.get(index);
            if (sessions != null && !sessions.equals(entries)) {
                problems.add(index.label() + ": " + entries + " entries for " + sessions);
            }
        }
        Long tasks = counts.get(Family.TASKS);
        Long byOwner = counts.get(Family.TASKS_BY_OWNER);
        if (tasks != null && !tasks.equals(byOwner)) {
            problems.add(Family.TASKS_BY_OWNER.label() + ": " + byOwner + " entries for " + tasks);
        }
    }
}
