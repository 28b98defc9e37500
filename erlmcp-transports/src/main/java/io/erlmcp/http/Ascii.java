package io.erlmcp.http;

import java.nio.charset.StandardCharsets;

/** Bytes of a request's head, tested and compared as they are. */
final class Ascii {
    private static final boolean[] TOKEN = new boolean[256];
    private static final int QUOTE_BOUND = 100;

    static {
        for (int c = 'a'; c <= 'z'; c++) {
            TOKEN[c] = true;
            TOKEN[c - 32] = true;
        }
        for (int c = '0'; c <= '9'; c++) {
            TOKEN[c] = true;
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    private Ascii() {}

    static boolean isToken(byte b) {
        return TOKEN[b & 0xff];
    }

    /** May stand in a header's value: visible, blank, tab, or a byte above ASCII. */
    static boolean isFieldContent(byte b) {
        return (b >= 0x20 && b != 0x7f) || b < 0 || b == '\t';
    }

    /** May stand in a request target. */
    static boolean isTarget(byte b) {
        return b > 0x20 && b < 0x7f;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    }

    static boolean equalsIgnoreCase(byte[] bytes, int from, int to, String name) {
        if (to - from != name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            if (lower(bytes[from + i]) != lower(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    static boolean equals(byte[] bytes, int from, int to, byte[] other) {
        if (to - from != other.length) {
            return false;
        }
        for (int i = 0; i < other.length; i++) {
            if (bytes[from + i] != other[i]) {
                return false;
            }
        }
        return true;
    }

    /** A peer's value as it may stand in a message: printable, without quotes, short. */
    static String quoted(byte[] bytes, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to && text.length() < QUOTE_BOUND; i++) {
            byte b = bytes[i];
            text.append(b < 0x20 || b == 0x7f || b == '"' || b == '\\' ? '?' : (char) b);
        }
        return text.toString();
    }

    static int lower(int c) {
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    }
}
