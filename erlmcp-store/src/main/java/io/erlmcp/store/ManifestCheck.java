package io.erlmcp.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Looks at the engine's manifest before the engine does: a record that has become one of the kinds
 * that only logs have makes the engine read it for ever. The format is that of its logs: blocks of
 * 32 KiB, in them records of checksum, length, kind and bytes.
 */
final class ManifestCheck {
    private static final int BLOCK = 32 << 10;
    private static final int HEADER = 7;
    private static final int LAST_KIND = 4;
    private static final int MASK_DELTA = 0xa282ead8;
    private static final int MASK_ROTATION = 15;

    private ManifestCheck() {}

    /**
     * What is wrong with the manifest in {@code engine}'s folder. An end that is cut off is not:
     * the engine knows what that means, as it does where there is no manifest at all.
     */
    static Optional<String> problem(Path engine) throws IOException {
        Path current = engine.resolve("CURRENT");
        if (!Files.isRegularFile(current)) {
            return Optional.empty();
        }
        String name = new String(Files.readAllBytes(current), StandardCharsets.US_ASCII).strip();
        if (!name.matches("MANIFEST-[0-9]{1,20}") || !Files.isRegularFile(engine.resolve(name))) {
            return Optional.empty();
        }
        ByteBuffer bytes =
                ByteBuffer.wrap(Files.readAllBytes(engine.resolve(name)))
                        .order(ByteOrder.LITTLE_ENDIAN);
        return damagedRecord(bytes).map(at -> name + ": the record at byte " + at + " is damaged");
    }

    private static Optional<Integer> damagedRecord(ByteBuffer bytes) {
        int at = 0;
        while (at + HEADER <= bytes.limit()) {
            int left = BLOCK - at % BLOCK;
            if (left < HEADER) {
                at += left;
                continue;
            }
            int length = Short.toUnsignedInt(bytes.getShort(at + 4));
            int kind = Byte.toUnsignedInt(bytes.get(at + 6));
            if (kind == 0 && length == 0) { // room that was set aside
                at += left;
                continue;
            }
            if (kind == 0 || kind > LAST_KIND || HEADER + length > left) {
                return Optional.of(at);
            }
            if (at + HEADER + length > bytes.limit()) {
                return Optional.empty();
            }
            if (bytes.getInt(at) != checksum(bytes, at + HEADER - 1, length + 1)) {
                return Optional.of(at);
            }
            at += HEADER + length;
        }
        return Optional.empty();
    }

    private static int checksum(ByteBuffer bytes, int from, int length) {
        CRC32C sum = new CRC32C();
        sum.update(bytes.slice(from, length));
        int value = (int) sum.getValue();
        return Integer.rotateRight(value, MASK_ROTATION) + MASK_DELTA;
    }
}
