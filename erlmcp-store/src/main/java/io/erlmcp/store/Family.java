package io.erlmcp.store;

import java.nio.charset.StandardCharsets;

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
    VALUES("values");

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
}
