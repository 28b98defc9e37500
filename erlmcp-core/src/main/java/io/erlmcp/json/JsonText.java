package io.erlmcp.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A cursor over the bytes of one JSON text that proves them well formed (RFC 8259, strict UTF-8,
 * the limits) without building anything. Every method starts at {@link #pos} and leaves it behind
 * what it read. For one thread.
 */
final class JsonText {
    private static final VarHandle WORD =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = ONES << 7;
    private static final long SPACES = ONES * 0x20;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';

    final byte[] buf;
    private final int start;
    private final int end;
    private final JsonLimits limits;
    int pos;
    private int members;

    /**
     * Whether the string read last has escapes; its content lies between the quotes at {@code
     * stringStart}.
     */
    boolean escaped;

    /** The first byte of the content of the string read last; it ends at {@code pos - 1}. */
    int stringStart;

    JsonText(byte[] buf, int offset, int length, JsonLimits limits) {
        this.buf = buf;
        this.start = offset;
        this.pos = offset;
        this.end = offset + length;
        this.limits = limits;
    }

    /** Proves that the whole range is one JSON text. */
    static void check(byte[] buf, int offset, int length, JsonLimits limits) {
        JsonText text = new JsonText(buf, offset, length, limits);
        text.space();
        text.value(1);
        text.finish();
    }

    void space() {
        int at = pos;
        while (at < end) {
            byte b = buf[at];
            if (b > ' ' || !(b == ' ' || b == '\n' || b == '\r' || b == '\t')) {
                break;
            }
            at++;
        }
        pos = at;
    }

    /** The byte at the cursor, or 0 at the end of the text (0 is nowhere legal). */
    byte peek() {
        return pos < end ? buf[pos] : 0;
    }

    JsonLimits limits() {
        return limits;
    }

    /** Members and elements that were read so far. */
    int members() {
        return members;
    }

    /** Whether exactly these bytes follow. */
    boolean continuesWith(byte[] bytes) {
        return end - pos >= bytes.length
                && Arrays.equals(buf, pos, pos + bytes.length, bytes, 0, bytes.length);
    }

    /** Passes over what was proven before; false, and nothing is done, for too many members. */
    boolean skip(int bytes, int ofMembers) {
        if (members + ofMembers > limits.maxMembers()) {
            return false;
        }
        members += ofMembers;
        pos += bytes;
        return true;
    }

    void finish() {
        space();
        if (pos < end) {
            throw syntax("expected the end of the text");
        }
    }

    /** Reads any value; {@code depth} is that of the container it would open, 1 at the root. */
    void value(int depth) {
        switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string(limits.maxStringLength(), "string");
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> throw syntax("expected a value");
        }
    }

    private void object(int depth) {
        if (!open(depth, '}')) {
            return;
        }
        do {
            name();
            value(depth + 1);
        } while (more('}'));
    }

    private void array(int depth) {
        if (!open(depth, ']')) {
            return;
        }
        do {
            value(depth + 1);
        } while (more(']'));
    }

    /** Opens a container; false if it is closed at once. */
    boolean open(int depth, char close) {
        if (depth > limits.maxDepth()) {
            throw limit("depth " + depth + " is over the limit of " + limits.maxDepth());
        }
        pos++;
        space();
        if (peek() == close) {
            pos++;
            return false;
        }
        return true;
    }

    /**
     * Behind a member or an element: true if another follows (the cursor is at it), false if the
     * container closed.
     */
    boolean more(char close) {
        if (++members > limits.maxMembers()) {
            throw limit("more than " + limits.maxMembers() + " members and elements");
        }
        space();
        byte b = peek();
        if (b == ',') {
            pos++;
            space();
            return true;
        }
        if (b != close) {
            throw syntax("expected ',' or '" + close + "'");
        }
        pos++;
        return false;
    }

    /**
     * Reads a member name and its colon, up to the value; sets {@link #stringStart} and returns the
     * name's end.
     */
    int name() {
        if (peek() != '"') {
            throw syntax("expected a member name");
        }
        string(limits.maxNameLength(), "member name");
        int nameEnd = pos - 1;
        if (escaped) {
            checkPairs(nameEnd);
        }
        space();
        if (peek() != ':') {
            throw syntax("expected ':'");
        }
        pos++;
        space();
        return nameEnd;
    }

    /**
     * Half of a surrogate pair has no UTF-8 form: two names that differ only there would be written
     * alike.
     */
    private void checkPairs(int nameEnd) {
        boolean isWhole =
                JsonEscapes.decode(buf, stringStart, nameEnd)
                        .codePoints()
                        .noneMatch(JsonText::isHalf);
        if (!isWhole) {
            pos = stringStart;
            throw syntax("half of a surrogate pair in a member name");
        }
    }

    private static boolean isHalf(int code) {
        return code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE;
    }

    private void string(int maxLength, String what) {
        int begin = pos + 1;
        int at = begin;
        escaped = false;
        stringStart = begin;
        while (true) {
            at = plain(buf, at, end);
            byte b = at < end ? buf[at] : 0;
            if (b == '"') {
                break;
            }
            if (b == '\\') {
                escaped = true;
                at = escape(at);
            } else if (b < 0) {
                at = multibyte(at);
            } else {
                pos = at;
                throw syntax(
                        at < end
                                ? "control character in a " + what
                                : "the " + what + " does not end");
            }
        }
        // A character never takes fewer bytes than UTF-16 units, so only long ranges need counting.
        if (at - begin > maxLength && JsonEscapes.decode(buf, begin, at).length() > maxLength) {
            pos = begin;
            throw limit("the " + what + " is longer than the limit of " + maxLength);
        }
        pos = at + 1;
    }

    /** The first position from {@code at} that is not a plain ASCII character of a string. */
    static int plain(byte[] buf, int at, int end) {
        int p = at;
        while (p + Long.BYTES <= end) {
            long word = (long) WORD.get(buf, p);
            long quote = word ^ QUOTES;
            long backslash = word ^ BACKSLASHES;
            long special =
                    (((word - SPACES) & ~word)
                                    | ((quote - ONES) & ~quote)
                                    | ((backslash - ONES) & ~backslash)
                                    | word)
                            & HIGH_BITS;
            if (special != 0) {
                // A borrow can only raise bits above the first true hit, so the lowest bit is
                // exact.
                return p + (Long.numberOfTrailingZeros(special) >>> 3);
            }
            p += Long.BYTES;
        }
        while (p < end && buf[p] >= ' ' && buf[p] != '"' && buf[p] != '\\') {
            p++;
        }
        return p;
    }

    private int escape(int at) {
        byte kind = at + 1 < end ? buf[at + 1] : 0;
        return switch (kind) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at + 2;
            case 'u' -> hexadecimal(at + 2);
            default -> {
                pos = Math.min(at + 1, end);
                throw syntax("expected an escape");
            }
        };
    }

    private int hexadecimal(int from) {
        for (int at = from; at < from + 4; at++) {
            if (at >= end || buf[at] < 0 || Character.digit((char) buf[at], 16) < 0) {
                pos = Math.min(at, end);
                throw syntax("expected four hexadecimal digits");
            }
        }
        return from + 4;
    }

    /** One character of two to four bytes, the well-formed sequences of RFC 3629 only. */
    private int multibyte(int at) {
        int lead = buf[at] & 0xff;
        int low = 0x80;
        int high = 0xbf;
        int length;
        if (lead >= 0xc2 && lead <= 0xdf) {
            length = 2;
        } else if ((lead & 0xf0) == 0xe0) {
            length = 3;
            low = lead == 0xe0 ? 0xa0 : low;
            high = lead == 0xed ? 0x9f : high;
        } else if (lead >= 0xf0 && lead <= 0xf4) {
            length = 4;
            low = lead == 0xf0 ? 0x90 : low;
            high = lead == 0xf4 ? 0x8f : high;
        } else {
            pos = at;
            throw syntax("invalid UTF-8");
        }
        for (int i = 1; i < length; i++) {
            int b = at + i < end ? buf[at + i] & 0xff : 0;
            if (b < low || b > high) {
                pos = at;
                throw syntax("invalid UTF-8");
            }
            low = 0x80;
            high = 0xbf;
        }
        return at + length;
    }

    private void number() {
        int begin = pos;
        if (buf[pos] == '-') {
            pos++;
        }
        if (peek() == '0') {
            pos++;
        } else {
            digits();
        }
        if (peek() == '.') {
            pos++;
            digits();
        }
        if ((peek() | 0x20) == 'e') {
            pos++;
            if (peek() == '+' || peek() == '-') {
                pos++;
            }
            digits();
        }
        if (pos - begin > limits.maxNumberLength()) {
            pos = begin;
            throw limit("the number is longer than the limit of " + limits.maxNumberLength());
        }
    }

    private void digits() {
        int at = pos;
        while (at < end && buf[at] >= '0' && buf[at] <= '9') {
            at++;
        }
        if (at == pos) {
            throw syntax("expected a digit");
        }
        pos = at;
    }

    private void word(String word) {
        for (int i = 0; i < word.length(); i++) {
            if (pos + i >= end || buf[pos + i] != word.charAt(i)) {
                throw syntax("expected a value");
            }
        }
        pos += word.length();
    }

    JsonException syntax(String what) {
        return JsonException.at(
                JsonException.Reason.SYNTAX,
                (long) pos - start,
                pos < end ? what : what + ", was the end");
    }

    JsonException limit(String what) {
        return JsonException.at(JsonException.Reason.LIMIT, (long) pos - start, what);
    }

    JsonException duplicate(String name, int at) {
        String what = "member '" + JsonException.quote(name) + "' is there twice";
        return JsonException.at(JsonException.Reason.DUPLICATE_NAME, (long) at - start, what);
    }
}
