package io.erlmcp.store;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/** The parts of the store; each is a column family. The names stand on the disk. */
enum Family {
    /** Version and boot count; the engine insists on this name. */
    META("default"),
    /** Session id to record. */
    SESSIONS("sessions"),
    /** When a session was opened, then its id, to nothing. */
    BY_AGE("sessions-by-age"),
    /** Principal, when opened, id, to nothing. */
    BY_PRINCIPAL("sessions-by-principal"),
    /** Session id and number to an event. */
    EVENTS("events"),
    /** Session id and stream to what is known of the request whose answer ends it. */
    WORK("last-words"),
    /** Key to value, for tools. */
    VALUES("values"),
    /** Task id to record, with its result. */
    TASKS("tasks"),
    /** Owner, when made, task id, to nothing. */
    TASKS_BY_OWNER("tasks-by-owner");

    private final String label;

    Family(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    byte[] bytes() {
        return label.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The families of the store in {@code path}: one that an earlier version made lacks what came
     * later, until it is opened for use.
     */
    static Set<Family> in(String path) throws RocksDBException {
        Set<String> labels = new HashSet<>();
        try (Options none = new Options()) {
            for (byte[] label : RocksDB.listColumnFamilies(none, path)) {
                labels.add(new String(label, StandardCharsets.US_ASCII));
            }
        }
        Set<Family> there = EnumSet.allOf(Family.class);
        there.removeIf(family -> !labels.isEmpty() && !labels.contains(family.label));
        return there;
    }
}
