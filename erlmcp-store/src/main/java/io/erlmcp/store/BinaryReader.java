package io.erlmcp.store;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link BinaryWriter} wrote.
 *
 * <p>A record that was not written by it, or by a later version of it, is refused whole: no field
 * of it is ever used.
 */
final class BinaryReader {
    private final int version;
    private final ByteBuffer in;

    /**
     * @param what is read, for messages
     * @param newest the newest version that can be read
     * @throws Damaged when the checksum does not fit, or the version is newer
     */
    BinaryReader(String what, byte[] record, int newest) {
        check(what, record, newest);
        this.version = record[0];
        this.in = ByteBuffer.wrap(record, 1, record.length - 1 - Integer.BYTES);
    }

    /** Only looks whether the record can be read. */
    static void check(String what, byte[] record, int newest) {
        int body = record.length - Integer.BYTES;
        if (body < 1
                || ByteBuffer.wrap(record).getInt(body) != BinaryWriter.checksum(record, body)) {
            throw new Damaged(what + " does not fit its checksum");
        }
        int version = record[0];
        if (version < 1 || version > newest) {
            throw new Damaged(
                    what
                            + " has format "
                            + version
                            + "; this version of erlmcp reads formats 1 to "
                            + newest);
        }
    }

    /** What was read is not what was written. */
    static final class Damaged extends RuntimeException {
        private static final long serialVersionUID = 1;

        Damaged(String message) {
            super(message);
        }
    }

    int version() {
        return version;
    }

    long number() {
        return in.getLong();
    }

    boolean flag() {
        return in.get() != 0;
    }

    byte[] bytes() {
        int length = in.getInt();
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] value = new byte[length];
        in.get(value);
        return value;
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    @Nullable String optionalText() {
        return flag() ? text() : null;
    }

    Set<String> texts() {
        long count = number();
        Set<String> values = new LinkedHashSet<>();
        for (long i = 0; i < count; i++) {
            values.add(text());
        }
        return values;
    }
}
