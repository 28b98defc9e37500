package io.erlmcp.bench;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * The bytes of one request, with a place for its id and one for its text. Both have a fixed length,
 * so that a fresh request is written by overwriting the last one.
 */
final class RequestBytes {
    /** Ids have as many digits as this one. */
    static final long FIRST_ID = 100_000_000_000L;

    private static final int ID_DIGITS = 12;
    private static final String ID_MARK = "\"id\":" + FIRST_ID;
    private static final byte[] LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                    .getBytes(StandardCharsets.US_ASCII);
    private static final int LETTERS_PER_LONG = 10;
    private static final int BITS = 6;

    /** Neither a URL nor a header nor JSON text of ours has this character. */
    private static final char PLACE = '\u007f';

    private final byte[] bytes;
    private final int idAt;
    private final int textAt;
    private final int textLength;
    private long id = FIRST_ID;

    /**
     * @param template a whole request as it goes out, with {@link #FIRST_ID} as its id and at most
     *     one {@link #place}
     */
    RequestBytes(String template) {
        bytes = template.getBytes(StandardCharsets.UTF_8);
        idAt = indexOf(bytes, ID_MARK.getBytes(StandardCharsets.UTF_8)) + ID_MARK.length() - 12;
        int first = template.indexOf(PLACE);
        textLength = first < 0 ? 0 : template.lastIndexOf(PLACE) - first + 1;
        textAt = first < 0 ? 0 : indexOf(bytes, new byte[] {(byte) PLACE});
    }

    /** Where the text will stand. */
    static String place(int length) {
        return String.valueOf(PLACE).repeat(length);
    }

    /** Writes another id and another text over the last ones. */
    void renew(long nextId, SplittableRandom random) {
        id = nextId;
        long rest = nextId;
        for (int digit = ID_DIGITS - 1; digit >= 0; digit--) {
            bytes[idAt + digit] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        int left = 0;
        long bits = 0;
        for (int i = 0; i < textLength; i++) {
            if (left == 0) {
                bits = random.nextLong();
                left = LETTERS_PER_LONG;
            }
            bytes[textAt + i] = LETTERS[(int) bits & (LETTERS.length - 1)];
            bits >>>= BITS;
            left--;
        }
    }

    byte[] bytes() {
        return bytes;
    }

    long id() {
        return id;
    }

    int idAt() {
        return idAt;
    }

    int idLength() {
        return ID_DIGITS;
    }

    int textAt() {
        return textAt;
    }

    int textLength() {
        return textLength;
    }

    String text() {
        return new String(bytes, textAt, textLength, StandardCharsets.US_ASCII);
    }

    /** The place of {@code wanted} in {@code all}, or -1. */
    static int indexOf(byte[] all, byte[] wanted) {
        return indexOf(all, 0, all.length, wanted, 0, wanted.length);
    }

    /** The place of a range of {@code wanted} in a range of {@code all}, or -1. */
    static int indexOf(byte[] all, int from, int to, byte[] wanted, int at, int length) {
        for (int i = from; i <= to - length; i++) {
            int same = 0;
            while (same < length && all[i + same] == wanted[at + same]) {
                same++;
            }
            if (same == length) {
                return i;
            }
        }
        return -1;
    }
}
