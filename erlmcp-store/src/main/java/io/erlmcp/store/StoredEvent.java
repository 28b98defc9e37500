package io.erlmcp.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;
import java.util.zip.CRC32C;

/**
 * An event as it stands on the disk.
 *
 * @param epoch of the boot that made it
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
record StoredEvent(String epoch, String stream, byte[] data) {
    static final int VERSION = 1;

    /** The stream of what stands in the place of the newest event that could not be kept. */
    static final String HOLE = "";

    /**
     * As {@link BinaryWriter} writes it, in one go: {@code data} may be the data of many events.
     */
    ByteBuffer write(IntFunction<ByteBuffer> space) {
        byte[] of = epoch.getBytes(StandardCharsets.UTF_8);
        byte[] name = stream.getBytes(StandardCharsets.UTF_8);
        ByteBuffer to = space.apply(1 + 4 * Integer.BYTES + of.length + name.length + data.length);
        int begin = to.position();
        to.put((byte) VERSION).putInt(of.length).put(of);
        to.putInt(name.length).put(name).putInt(data.length).put(data);
        CRC32C sum = new CRC32C();
        sum.update(to.slice(begin, to.position() - begin));
        return to.putInt((int) sum.getValue());
    }

    /** At most so many bytes are written. */
    int maxLength() {
        return 1 + 4 * Integer.BYTES + 3 * (epoch.length() + stream.length()) + data.length;
    }

    byte[] write() {
        return write(ByteBuffer::allocate).array();
    }

    /**
     * @throws BinaryReader.Damaged when these are not the bytes of an event
     */
    static StoredEvent read(byte[] bytes) {
        BinaryReader in = new BinaryReader("an event", bytes, VERSION);
        return new StoredEvent(in.text(), in.text(), in.bytes());
    }
}
