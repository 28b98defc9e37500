package io.erlmcp.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A range of bytes that is known to be one well-formed JSON value. The bytes are shared, not
 * copied: they must not change. {@link #value} parses once; two threads that race for it do the
 * same work twice and get equal values.
 */
public final class JsonSlice {
    public static final JsonSlice EMPTY_OBJECT = of(JsonObject.EMPTY);

    private final byte[] bytes;
    private final int offset;
    private final int length;

    /** Whether we wrote it, and so without line breaks. */
    private final boolean oneLine;

    private @Nullable JsonValue value;

    /** For ranges that have been proven well formed and carry no space around the value. */
    JsonSlice(byte[] bytes, int offset, int length) {
        this(bytes, offset, length, false);
    }

    private JsonSlice(byte[] bytes, int offset, int length, boolean oneLine) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
        this.oneLine = oneLine;
    }

    /** For what a {@link JsonWriter} wrote. */
    static JsonSlice written(byte[] bytes) {
        return new JsonSlice(bytes, 0, bytes.length, true);
    }

    public static JsonSlice of(JsonValue value) {
        JsonWriter out = new JsonWriter();
        value.writeTo(out);
        JsonSlice slice = written(out.toByteArray());
        slice.value = value;
        return slice;
    }

    /**
     * @throws JsonException if the bytes are not one JSON text within {@link JsonLimits#DEFAULTS}
     */
    public static JsonSlice of(byte[] text) {
        return EnvelopeScanner.scan(text, 0, text.length, JsonLimits.DEFAULTS).root();
    }

    /** The array that the range lies in, shared. */
    public byte[] bytes() {
        return bytes;
    }

    public int offset() {
        return offset;
    }

    public int length() {
        return length;
    }

    boolean isOneLine() {
        return oneLine;
    }

    public JsonKind kind() {
        return JsonKind.of(bytes[offset]);
    }

    public boolean isObject() {
        return bytes[offset] == '{';
    }

    /**
     * @throws JsonException if an object in it has a name twice
     */
    public JsonValue value() {
        JsonValue known = value;
        if (known == null) {
            known = TreeReader.read(bytes, offset, length);
            value = known;
        }
        return known;
    }

    /**
     * @throws JsonException if it is not an object, or an object in it has a name twice
     */
    public JsonObject object() {
        if (value() instanceof JsonObject object) {
            return object;
        }
        throw new JsonException("expected object, was " + value().typeName());
    }

    /** This slice in an array of its own, so that the one it lies in can be given back. */
    public JsonSlice copy() {
        return new JsonSlice(toByteArray(), 0, length, oneLine);
    }

    public byte[] toByteArray() {
        return Arrays.copyOfRange(bytes, offset, offset + length);
    }

    public void writeTo(JsonWriter out) {
        out.raw(this);
    }

    /** Equal bytes, or equal values. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JsonSlice slice
                && (Arrays.equals(
                                bytes,
                                offset,
                                offset + length,
                                slice.bytes,
                                slice.offset,
                                slice.offset + slice.length)
                        || value().equals(slice.value()));
    }

    @Override
    public int hashCode() {
        return value().hashCode();
    }

    @Override
    public String toString() {
        return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }
}
