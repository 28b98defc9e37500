package io.erlmcp.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds values from bytes that {@link JsonText} has proven well formed and within the limits. It
 * relies on that and checks nothing again but for names that come twice, which no earlier pass
 * looks for at any depth.
 */
final class TreeReader {
    /** Most objects have no more, and a larger table would be larger than they are. */
    private static final int FEW_MEMBERS = 3;

    private final byte[] buf;
    private final int start;
    private final int end;
    private int pos;

    /** Whether the string read last has escapes. */
    private boolean escaped;

    private TreeReader(byte[] buf, int start, int end) {
        this.buf = buf;
        this.start = start;
        this.end = end;
        this.pos = start;
    }

    static JsonValue read(byte[] buf, int off, int len) {
        TreeReader reader = new TreeReader(buf, off, off + len);
        try {
            reader.space();
            return reader.value();
        } catch (ArrayIndexOutOfBoundsException e) {
            throw new IllegalStateException("not a JSON text: " + len + " bytes at " + off, e);
        }
    }

    private JsonValue value() {
        return switch (buf[pos]) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> new JsonString(string());
            case 't' -> word("true", JsonBoolean.TRUE);
            case 'f' -> word("false", JsonBoolean.FALSE);
            case 'n' -> word("null", JsonNull.NULL);
            default -> number();
        };
    }

    private JsonObject object() {
        Map<String, JsonValue> members = LinkedHashMap.newLinkedHashMap(FEW_MEMBERS);
        pos++;
        space();
        while (buf[pos] != '}') {
            int at = pos;
            String name = string();
            space();
            pos++; // the colon
            space();
            if (members.putIfAbsent(name, value()) != null) {
                throw JsonException.at(
                        JsonException.Reason.DUPLICATE_NAME,
                        (long) at - start,
                        "member '" + JsonException.quote(name) + "' is there twice");
            }
            next();
        }
        pos++;
        return new JsonObject(members);
    }

    private JsonArray array() {
        List<JsonValue> values = new ArrayList<>();
        pos++;
        space();
        while (buf[pos] != ']') {
            values.add(value());
            next();
        }
        pos++;
        return new JsonArray(values);
    }

    /** Behind a member or an element: goes to the next one, or to the end of the container. */
    private void next() {
        space();
        if (buf[pos] == ',') {
            pos++;
            space();
        }
    }

    private void space() {
        while (buf[pos] <= ' ' && buf[pos] >= 0) {
            pos++;
        }
    }

    private String string() {
        int from = pos + 1;
        int to = endOfString(from);
        pos = to + 1;
        return escaped
                ? JsonEscapes.decode(buf, from, to)
                : new String(buf, from, to - from, StandardCharsets.UTF_8);
    }

    private int endOfString(int from) {
        int at = from;
        escaped = false;
        while (true) {
            at = JsonText.plain(buf, at, end);
            if (buf[at] == '"') {
                return at;
            }
            if (buf[at] == '\\') {
                escaped = true;
                at++;
            }
            at++;
        }
    }

    private JsonNumber number() {
        int from = pos;
        int at = from;
        while (at < end && isOfNumber(buf[at])) {
            at++;
        }
        if (at == from) {
            throw new IllegalStateException("a value cannot start with byte " + buf[from]);
        }
        pos = at;
        return new JsonNumber(new String(buf, from, at - from, StandardCharsets.US_ASCII));
    }

    private static boolean isOfNumber(byte b) {
        return (b >= '0' && b <= '9') || b == '-' || b == '+' || b == '.' || (b | 0x20) == 'e';
    }

    private JsonValue word(String word, JsonValue value) {
        pos += word.length();
        return value;
    }
}
