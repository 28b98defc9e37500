package io.erlmcp.json;

import java.nio.charset.StandardCharsets;

/** Turns the content of a string, as it stands in a text, into the characters it spells. */
final class JsonEscapes {
    private JsonEscapes() {}

    /**
     * The characters of a string's content (between the quotes) that has been proven well formed.
     */
    static String decode(byte[] buf, int from, int to) {
        int escape = from;
        while (escape < to && buf[escape] != '\\') {
            escape++;
        }
        if (escape == to) {
            return new String(buf, from, to - from, StandardCharsets.UTF_8);
        }
        StringBuilder text = new StringBuilder(to - from);
        int plain = from;
        while (escape < to) {
            if (buf[escape] != '\\') {
                escape++;
                continue;
            }
            text.append(new String(buf, plain, escape - plain, StandardCharsets.UTF_8));
            byte kind = buf[escape + 1];
            text.append(kind == 'u' ? hex(buf, escape + 2) : unescape(kind));
            escape += kind == 'u' ? 6 : 2;
            plain = escape;
        }
        return text.append(new String(buf, plain, to - plain, StandardCharsets.UTF_8)).toString();
    }

    private static char hex(byte[] buf, int at) {
        int code = 0;
        for (int i = at; i < at + 4; i++) {
            code = (code << 4) | Character.digit((char) buf[i], 16);
        }
        return (char) code;
    }

    private static char unescape(byte kind) {
        return switch (kind) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> (char) kind;
        };
    }
}
