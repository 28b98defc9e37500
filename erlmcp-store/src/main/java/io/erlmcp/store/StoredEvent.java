package io.erlmcp.store;

/**
 * An event as it stands on the disk.
 *
 * @param epoch of the boot that made it
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
record StoredEvent(String epoch, String stream, byte[] data) {
    static final int VERSION = 1;

    byte[] write() {
        return new BinaryWriter(VERSION).text(epoch).text(stream).bytes(data).finish();
    }

    /**
     * @throws BinaryReader.Damaged when these are not the bytes of an event
     */
    static StoredEvent read(byte[] bytes) {
        BinaryReader in = new BinaryReader("an event", bytes, VERSION);
        return new StoredEvent(in.text(), in.text(), in.bytes());
    }
}
