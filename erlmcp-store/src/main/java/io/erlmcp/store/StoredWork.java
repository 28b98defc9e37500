package io.erlmcp.store;

import io.erlmcp.session.EventLog;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What stands on the disk of the request whose answer ends a stream.
 *
 * @param digest of the request as the client sent it, by which it is known when it comes again;
 *     empty in what an early version wrote
 * @param work its message, while it may have to be run, and its last words, while it has not ended
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
record StoredWork(State state, String digest, EventLog.Work work) {
    static final int VERSION = 1;

    private static final byte[] NONE = {};

    /** How far the request is. */
    enum State {
        /** Taken, and not begun. */
        ACCEPTED(1),
        /** Its handler may have run. */
        BEGUN(2),
        /** Its stream has its last event. */
        ENDED(3);

        /** As it stands on the disk. */
        private final long number;

        State(long number) {
            this.number = number;
        }

        static State of(long number) {
            for (State state : values()) {
                if (state.number == number) {
                    return state;
                }
            }
            throw new BinaryReader.Damaged("a request has state " + number);
        }
    }

    static StoredWork accepted(EventLog.Work work) {
        return new StoredWork(State.ACCEPTED, digest(work.message()), work);
    }

    static StoredWork begun(EventLog.Work work) {
        return new StoredWork(
                State.BEGUN, digest(work.message()), new EventLog.Work(NONE, work.lastWords()));
    }

    static StoredWork ended(String digest) {
        return new StoredWork(State.ENDED, digest, new EventLog.Work(NONE, NONE));
    }

    static String digest(byte[] message) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(message));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing", e);
        }
    }

    byte[] write() {
        return new BinaryWriter(VERSION)
                .number(state.number)
                .text(digest)
                .bytes(work.message())
                .bytes(work.lastWords())
                .finish();
    }

    /**
     * @throws BinaryReader.Damaged when these are not the bytes of a request
     */
    static StoredWork read(byte[] bytes) {
        if (bytes.length > 0 && bytes[0] == '{') {
            // the last words alone, as the first version of the store kept them
            return new StoredWork(State.BEGUN, "", new EventLog.Work(NONE, bytes));
        }
        BinaryReader in = new BinaryReader("a request", bytes, VERSION);
        return new StoredWork(
                State.of(in.number()), in.text(), new EventLog.Work(in.bytes(), in.bytes()));
    }
}
