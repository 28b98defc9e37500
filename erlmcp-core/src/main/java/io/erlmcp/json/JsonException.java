package io.erlmcp.json;

/**
 * JSON that is malformed, over a limit, or not of the wanted type. The message names the place,
 * what was expected and the limit; it never quotes more than 64 characters of input.
 */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_QUOTED = 64;

    /**
     * What is wrong with the text: its grammar, its size, a repeated member name, or the type of a
     * value in it.
     */
    public enum Reason {
        SYNTAX,
        LIMIT,
        DUPLICATE_NAME,
        TYPE
    }

    private final Reason reason;
    private final long position;

    /** A value that is not of the wanted type. */
    public JsonException(String message) {
        this(message, Reason.TYPE, -1);
    }

    JsonException(String message, Reason reason, long position) {
        super(message);
        this.reason = reason;
        this.position = position;
    }

    public Reason reason() {
        return reason;
    }

    /**
     * Byte offset from the start of the text where it went wrong; -1 where a value, not a text, is
     * refused.
     */
    public long position() {
        return position;
    }

    static JsonException at(Reason reason, long position, String what) {
        return new JsonException("JSON text, byte " + position + ": " + what, reason, position);
    }

    /** At most 64 characters of {@code input}, for a message. */
    static String quote(String input) {
        return input.length() <= MAX_QUOTED ? input : input.substring(0, MAX_QUOTED - 3) + "...";
    }
}
