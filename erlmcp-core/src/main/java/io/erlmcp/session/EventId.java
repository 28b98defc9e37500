package io.erlmcp.session;

import org.jspecify.annotations.Nullable;

/**
 * The id of an event: the stream it belongs to, the boot of the server that made it, and its number
 * in the session. Written {@code stream-epoch-number}; never issued twice.
 */
public record EventId(String stream, String epoch, long number) {
    /** Longest text that can be an event id. */
    public static final int MAX_LENGTH = 100;

    /** Null when {@code text} was never an event id. */
    public static @Nullable EventId parse(String text) {
        int last = text.lastIndexOf('-');
        int first = text.indexOf('-');
        if (text.length() > MAX_LENGTH
                || first < 1
                || last <= first
                || text.indexOf('-', first + 1) != last) {
            return null;
        }
        try {
            long number = Long.parseLong(text, last + 1, text.length(), 10);
            return number < 0
                    ? null
                    : new EventId(
                            text.substring(0, first), text.substring(first + 1, last), number);
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    @Override
    public String toString() {
        return stream + '-' + epoch + '-' + number;
    }
}
