package io.erlmcp.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Reads JSON texts into values, strictly as RFC 8259 has it: UTF-8 without byte order mark, nothing
 * behind the value, no name twice in an object. Every method throws {@link JsonException} with the
 * byte position of what it refuses.
 */
public final class Json {
    private Json() {}

    public static JsonValue parse(byte[] text, JsonLimits limits) {
        return parse(text, 0, text.length, limits);
    }

    public static JsonValue parse(byte[] buf, int off, int len, JsonLimits limits) {
        Objects.checkFromIndexSize(off, len, buf.length);
        JsonText.check(buf, off, len, limits);
        return TreeReader.read(buf, off, len);
    }

    public static JsonValue parse(byte[] text) {
        return parse(text, JsonLimits.DEFAULTS);
    }

    public static JsonValue parse(String text) {
        return parse(utf8(text), JsonLimits.DEFAULTS);
    }

    public static JsonObject parseObject(byte[] text, JsonLimits limits) {
        return object(parse(text, limits));
    }

    public static JsonObject parseObject(byte[] text) {
        return object(parse(text));
    }

    public static JsonObject parseObject(String text) {
        return object(parse(text));
    }

    private static JsonObject object(JsonValue value) {
        if (value instanceof JsonObject object) {
            return object;
        }
        throw new JsonException("expected object, was " + value.typeName());
    }

    private static byte[] utf8(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] exact = new byte[bytes.remaining()];
            bytes.get(exact);
            return exact;
        } catch (CharacterCodingException e) {
            throw new JsonException(
                    "JSON text: half of a surrogate pair", JsonException.Reason.SYNTAX, -1);
        }
    }
}
