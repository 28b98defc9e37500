package io.erlmcp.store;

import io.erlmcp.session.SessionRecord;

/** A session as bytes that tell whether they are whole, for whoever keeps sessions elsewhere. */
public final class SessionBytes {
    private SessionBytes() {}

    /** The session as bytes; its id, a secret, is among them. */
    public static byte[] write(SessionRecord session) {
        return SessionCodec.write(session);
    }

    /**
     * The session that was written.
     *
     * @throws IllegalArgumentException when these are not the bytes of a session
     */
    public static SessionRecord read(byte[] bytes) {
        try {
            return SessionCodec.read(bytes);
        } catch (BinaryReader.Damaged e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
