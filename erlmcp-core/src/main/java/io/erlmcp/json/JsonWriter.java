package io.erlmcp.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes one JSON text as UTF-8 into a growing buffer. It puts the commas, keeps the structure
 * ({@link IllegalStateException} where a name, a value or an end does not belong) and never writes
 * a raw line break, so that a text is one line. Reusable by {@link #reset}; for one thread.
 */
public final class JsonWriter {
    private static final int INITIAL_BYTES = 256;
    private static final int MAX_BYTES_PER_UNIT = 6;
    private static final int MAX_BYTES_PER_LONG = 20;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] NONE = {};
    private static final int IN_WORD = Long.SIZE / 4;
    private static final long STATE = 0xf;

    private static final byte OBJECT = 0;
    private static final byte OBJECT_MORE = 1;
    private static final byte MEMBER = 2;
    private static final byte ARRAY = 3;
    private static final byte ARRAY_MORE = 4;
    private static final byte ROOT = 5;
    private static final byte DONE = 6;

    private byte[] buf;
    private int size;

    /** The states of what is open around, four bits each, and beyond these {@link #deeper}. */
    private long outer;

    private byte[] deeper = NONE;
    private int depth;
    private byte state = ROOT;

    public JsonWriter() {
        this(INITIAL_BYTES);
    }

    public JsonWriter(int initialBytes) {
        buf = new byte[Math.max(16, initialBytes)];
    }

    public JsonWriter beginObject() {
        begin(OBJECT, '{');
        return this;
    }

    public JsonWriter endObject() {
        end(OBJECT, OBJECT_MORE, '}');
        return this;
    }

    public JsonWriter beginArray() {
        begin(ARRAY, '[');
        return this;
    }

    public JsonWriter endArray() {
        end(ARRAY, ARRAY_MORE, ']');
        return this;
    }

    public JsonWriter name(String name) {
        beforeName();
        quoted(name);
        put(':');
        return this;
    }

    public JsonWriter name(JsonName name) {
        return name(name.quoted());
    }

    /** Writes a name that is encoded and quoted already; see {@link JsonName}. */
    public JsonWriter name(byte[] preEncodedQuotedName) {
        beforeName();
        copy(preEncodedQuotedName, 0, preEncodedQuotedName.length);
        put(':');
        return this;
    }

    /** Writes a string; half of a surrogate pair is written as U+FFFD. */
    public JsonWriter string(String value) {
        beforeValue();
        quoted(value);
        return this;
    }

    public JsonWriter number(long value) {
        beforeValue();
        room(MAX_BYTES_PER_LONG);
        digits(value);
        return this;
    }

    /**
     * @throws JsonException for NaN and the infinities
     */
    public JsonWriter number(double value) {
        return literal(JsonNumber.literal(value));
    }

    public JsonWriter bool(boolean value) {
        return literal(value ? "true" : "false");
    }

    public JsonWriter nullValue() {
        return literal("null");
    }

    public JsonWriter value(JsonValue value) {
        value.writeTo(this);
        return this;
    }

    /** Copies the slice's bytes; a line break between its tokens becomes a space. */
    public JsonWriter raw(JsonSlice slice) {
        if (slice.isOneLine()) {
            beforeValue();
            copy(slice.bytes(), slice.offset(), slice.length());
            return this;
        }
        return raw(slice.bytes(), slice.offset(), slice.length());
    }

    /** Copies bytes that the caller knows to be one well-formed JSON value. */
    @SuppressWarnings("InconsistentOverloads")
    public JsonWriter raw(byte[] json, int offset, int length) {
        beforeValue();
        int from = size;
        copy(json, offset, length);
        for (int i = from; i < size; i++) {
            if (buf[i] == '\n' || buf[i] == '\r') {
                buf[i] = ' ';
            }
        }
        return this;
    }

    public JsonWriter field(String name, String value) {
        return name(name).string(value);
    }

    public JsonWriter field(String name, long value) {
        return name(name).number(value);
    }

    public JsonWriter field(String name, double value) {
        return name(name).number(value);
    }

    public JsonWriter field(String name, boolean value) {
        return name(name).bool(value);
    }

    public JsonWriter field(String name, JsonValue value) {
        return name(name).value(value);
    }

    public JsonWriter field(String name, JsonSlice value) {
        return name(name).raw(value);
    }

    /** Bytes written so far, in the buffer that {@link #buffer} returns. */
    public int size() {
        return size;
    }

    /** The buffer itself, valid until the next write; the text is its first {@link #size} bytes. */
    public byte[] buffer() {
        checkDone();
        return buf;
    }

    public byte[] toByteArray() {
        checkDone();
        return Arrays.copyOf(buf, size);
    }

    /** What was written as a slice of its own. */
    public JsonSlice toSlice() {
        return JsonSlice.written(toByteArray());
    }

    /** Forgets the text and keeps the buffer. */
    public JsonWriter reset() {
        size = 0;
        depth = 0;
        state = ROOT;
        return this;
    }

    /** The text; also of an unfinished one, for a debugger. */
    @Override
    public String toString() {
        return new String(buf, 0, size, StandardCharsets.UTF_8);
    }

    /** Writes an ASCII literal that is a value of its own. */
    JsonWriter literal(String ascii) {
        beforeValue();
        int length = ascii.length();
        room(length);
        for (int i = 0; i < length; i++) {
            buf[size + i] = (byte) ascii.charAt(i);
        }
        size += length;
        return this;
    }

    private void begin(byte inner, char bracket) {
        beforeValue();
        if (depth < IN_WORD) {
            outer = (outer & ~(STATE << (4 * depth))) | ((long) state << (4 * depth));
        } else {
            if (depth - IN_WORD == deeper.length) {
                deeper = Arrays.copyOf(deeper, depth);
            }
            deeper[depth - IN_WORD] = state;
        }
        depth++;
        state = inner;
        put(bracket);
    }

    private void end(byte empty, byte more, char bracket) {
        if (state != empty && state != more) {
            throw misplaced("'" + bracket + "'");
        }
        depth--;
        boolean isInWord = depth < IN_WORD;
        state = isInWord ? (byte) ((outer >>> (4 * depth)) & STATE) : deeper[depth - IN_WORD];
        put(bracket);
    }

    private void beforeName() {
        if (state == OBJECT_MORE) {
            put(',');
        } else if (state != OBJECT) {
            throw misplaced("a member name");
        }
        state = MEMBER;
    }

    private void beforeValue() {
        switch (state) {
            case MEMBER -> state = OBJECT_MORE;
            case ARRAY -> state = ARRAY_MORE;
            case ARRAY_MORE -> put(',');
            case ROOT -> state = DONE;
            default -> throw misplaced("a value");
        }
    }

    private IllegalStateException misplaced(String what) {
        String where =
                switch (state) {
                    case OBJECT, OBJECT_MORE -> "inside an object";
                    case MEMBER -> "behind a member name";
                    case ARRAY, ARRAY_MORE -> "inside an array";
                    case ROOT -> "before the text";
                    default -> "behind the text";
                };
        return new IllegalStateException(what + " cannot be written " + where);
    }

    private void checkDone() {
        if (state != DONE) {
            throw new IllegalStateException("the JSON text is not finished: " + depth + " open");
        }
    }

    private void quoted(String value) {
        int length = value.length();
        room(length + 2);
        buf[size++] = '"';
        int at = 0;
        int to = size;
        byte[] out = buf;
        while (at < length) {
            char c = value.charAt(at);
            if (c < ' ' || c == '"' || c == '\\' || c >= 0x80) {
                break;
            }
            out[to++] = (byte) c;
            at++;
        }
        size = to;
        if (at < length) {
            quotedRest(value, at);
        }
        put('"');
    }

    private void quotedRest(String value, int from) {
        int length = value.length();
        for (int at = from; at < length; at++) {
            room(MAX_BYTES_PER_UNIT);
            char c = value.charAt(at);
            if (c < 0x80) {
                ascii(c);
            } else if (c < 0x800) {
                buf[size++] = (byte) (0xc0 | (c >> 6));
                buf[size++] = (byte) (0x80 | (c & 0x3f));
            } else if (Character.isHighSurrogate(c)
                    && at + 1 < length
                    && Character.isLowSurrogate(value.charAt(at + 1))) {
                fourBytes(Character.toCodePoint(c, value.charAt(++at)));
            } else {
                threeBytes(Character.isSurrogate(c) ? '\ufffd' : c);
            }
        }
    }

    private void ascii(char c) {
        if (c >= ' ' && c != '"' && c != '\\') {
            buf[size++] = (byte) c;
            return;
        }
        buf[size++] = '\\';
        switch (c) {
            case '"', '\\' -> buf[size++] = (byte) c;
            case '\n' -> buf[size++] = 'n';
            case '\r' -> buf[size++] = 'r';
            case '\t' -> buf[size++] = 't';
            case '\b' -> buf[size++] = 'b';
            case '\f' -> buf[size++] = 'f';
            default -> {
                buf[size++] = 'u';
                buf[size++] = '0';
                buf[size++] = '0';
                buf[size++] = HEX[c >> 4];
                buf[size++] = HEX[c & 15];
            }
        }
    }

    private void threeBytes(char c) {
        buf[size++] = (byte) (0xe0 | (c >> 12));
        buf[size++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        buf[size++] = (byte) (0x80 | (c & 0x3f));
    }

    private void fourBytes(int code) {
        buf[size++] = (byte) (0xf0 | (code >> 18));
        buf[size++] = (byte) (0x80 | ((code >> 12) & 0x3f));
        buf[size++] = (byte) (0x80 | ((code >> 6) & 0x3f));
        buf[size++] = (byte) (0x80 | (code & 0x3f));
    }

    private void digits(long value) {
        if (value == Long.MIN_VALUE) {
            String text = Long.toString(value);
            copy(text.getBytes(StandardCharsets.US_ASCII), 0, text.length());
            return;
        }
        long rest = Math.abs(value);
        int length = value < 0 ? 2 : 1;
        for (long tens = rest; tens >= 10; tens /= 10) {
            length++;
        }
        int at = size + length;
        do {
            buf[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest != 0);
        if (value < 0) {
            buf[--at] = '-';
        }
        size += length;
    }

    private void put(char ascii) {
        room(1);
        buf[size++] = (byte) ascii;
    }

    private void copy(byte[] source, int offset, int length) {
        room(length);
        System.arraycopy(source, offset, buf, size, length);
        size += length;
    }

    private void room(int bytes) {
        if (buf.length - size < bytes) {
            int wanted = Math.addExact(size, bytes);
            long doubled = Math.min(2L * buf.length, Integer.MAX_VALUE - 8);
            buf = Arrays.copyOf(buf, Math.max(wanted, (int) doubled));
        }
    }
}
