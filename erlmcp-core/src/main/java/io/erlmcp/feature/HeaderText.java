package io.erlmcp.feature;

import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonNumber;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Text as the value of an HTTP header ({@code Mcp-Name}, {@code Mcp-Param-*}): as it is where that
 * is safe, else as {@code =?base64?...?=} over its UTF-8 bytes.
 */
public final class HeaderText {
    private static final String OPEN = "=?base64?";
    private static final String CLOSE = "?=";
    private static final String TOKEN_SIGNS = "!#$%&'*+-.^_`|~";

    /** Enough for any integer; keeps {@code 1e999999999} from being written out. */
    private static final int MAX_DIGITS = 400;

    private HeaderText() {}

    /** The value of a header that says {@code text}. */
    public static String encode(String text) {
        if (isSafe(text)) {
            return text;
        }
        return OPEN
                + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
                + CLOSE;
    }

    /**
     * The text that a header says; space around the value is not part of it.
     *
     * @throws IllegalArgumentException when it has characters that a header must not have, or is
     *     not well encoded
     */
    public static String decode(String value) {
        String trimmed = trim(value);
        if (!isEncoded(trimmed)) {
            for (int i = 0; i < trimmed.length(); i++) {
                char c = trimmed.charAt(i);
                if (c != '\t' && (c < ' ' || c > '~')) {
                    throw new IllegalArgumentException(
                            "header value has an unsafe character at " + i);
                }
            }
            return trimmed;
        }
        String base64 = trimmed.substring(OPEN.length(), trimmed.length() - CLOSE.length());
        if (base64.length() % 4 != 0) {
            throw new IllegalArgumentException(
                    "header value is not base64: its padding is missing");
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(base64);
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("header value is not UTF-8 in base64", e);
        }
    }

    /** Whether {@code name} has one or more characters, all of which may be in a header's name. */
    static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean isLetterOrDigit =
                    (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!isLetterOrDigit && TOKEN_SIGNS.indexOf(c) < 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /** A number in digits: an integer without fraction, however it was written. */
    static String decimal(JsonNumber number) {
        if (number.text().length() > MAX_DIGITS || !number.isInteger()) {
            return number.text();
        }
        BigDecimal value = number.bigDecimal();
        return value.scale() < -MAX_DIGITS ? number.text() : value.toBigInteger().toString();
    }

    static boolean isSameNumber(String text, JsonNumber number) {
        if (text.length() > MAX_DIGITS) {
            return false;
        }
        try {
            return new JsonNumber(text).equals(number);
        } catch (JsonException e) {
            return false;
        }
    }

    private static boolean isSafe(String text) {
        if (text.isEmpty()) {
            return true;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
                return false;
            }
        }
        return text.charAt(0) != ' ' && text.charAt(text.length() - 1) != ' ' && !isEncoded(text);
    }

    private static boolean isEncoded(String text) {
        return text.length() >= OPEN.length() + CLOSE.length()
                && text.startsWith(OPEN)
                && text.endsWith(CLOSE);
    }

    private static String trim(String value) {
        int start = 0;
        int end = value.length();
        while (start < end && isBlank(value.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(value.charAt(end - 1))) {
            end--;
        }
        return value.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
