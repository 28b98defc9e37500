package io.erlmcp.json;

import java.math.BigDecimal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A JSON number that keeps the exact literal it was read from. Equality is numeric: 1 equals 1.0.
 */
public record JsonNumber(String text) implements JsonValue {
    private static final int SHORT_LONG_DIGITS = 18;

    /**
     * @throws JsonException if the text is not a number literal of RFC 8259
     */
    public JsonNumber {
        Objects.requireNonNull(text, "text");
        if (!isLiteral(text)) {
            throw new JsonException(
                    "expected a number literal, was '" + JsonException.quote(text) + "'");
        }
    }

    public static JsonNumber of(long value) {
        return new JsonNumber(Long.toString(value));
    }

    /**
     * @throws JsonException for NaN and the infinities
     */
    public static JsonNumber of(double value) {
        return new JsonNumber(literal(value));
    }

    public static JsonNumber of(BigDecimal value) {
        return new JsonNumber(value.toString());
    }

    /** The literal of a double; whole numbers below 10^15 have no fraction. */
    static String literal(double value) {
        if (!Double.isFinite(value)) {
            throw new JsonException("JSON has no number for " + value);
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e15 && !isNegativeZero(value)) {
            return Long.toString((long) value);
        }
        return Double.toString(value);
    }

    private static boolean isNegativeZero(double value) {
        return value == 0 && 1 / value < 0;
    }

    /** Whether the value is a whole number, however it is spelled: 1, 1.0 and 1e3 are. */
    public boolean isInteger() {
        if (isDigits()) {
            return true;
        }
        BigDecimal exact = exact();
        return exact != null && (exact.scale() <= 0 || exact.stripTrailingZeros().scale() <= 0);
    }

    /**
     * @throws JsonException if the value is not a whole number that fits 64 bits
     */
    public long longValue() {
        if (isShort()) {
            return Long.parseLong(text);
        }
        BigDecimal exact = exact();
        try {
            if (exact != null) {
                return exact.longValueExact();
            }
        } catch (ArithmeticException e) {
            throw notLong();
        }
        throw notLong();
    }

    /** The nearest double; too large a number is an infinity. */
    public double doubleValue() {
        return Double.parseDouble(text);
    }

    /**
     * @throws JsonException if the exponent is beyond 32 bits
     */
    public BigDecimal bigDecimal() {
        BigDecimal exact = exact();
        if (exact == null) {
            throw new JsonException(
                    "number '" + JsonException.quote(text) + "': exponent beyond 32 bits");
        }
        return exact;
    }

    /** Whether the value can be compared with others: its exponent fits 32 bits. */
    boolean isComparable() {
        return isShort() || exact() != null;
    }

    /**
     * Negative, zero or positive as the value is less than, equal to or greater than {@code other}.
     *
     * @throws JsonException if one of the two has an exponent beyond 32 bits
     */
    int compare(JsonNumber other) {
        return isShort() && other.isShort()
                ? Long.compare(Long.parseLong(text), Long.parseLong(other.text))
                : bigDecimal().compareTo(other.bigDecimal());
    }

    @Override
    public void writeTo(JsonWriter out) {
        out.literal(text);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof JsonNumber number)) {
            return false;
        }
        if (text.equals(number.text)) {
            return true;
        }
        BigDecimal mine = exact();
        BigDecimal theirs = number.exact();
        return mine != null && theirs != null && mine.compareTo(theirs) == 0;
    }

    @Override
    public int hashCode() {
        BigDecimal exact = exact();
        if (exact == null) {
            return text.hashCode();
        }
        try {
            return exact.stripTrailingZeros().hashCode();
        } catch (ArithmeticException exponentAtItsEnd) {
            return exact.signum();
        }
    }

    @Override
    public String toString() {
        return text;
    }

    private static boolean isLiteral(String text) {
        int at = text.startsWith("-") ? 1 : 0;
        int whole = digits(text, at);
        if (whole == at || (text.charAt(at) == '0' && whole > at + 1)) {
            return false;
        }
        at = whole;
        if (at < text.length() && text.charAt(at) == '.') {
            int fraction = digits(text, at + 1);
            if (fraction == at + 1) {
                return false;
            }
            at = fraction;
        }
        if (at < text.length() && (text.charAt(at) | 0x20) == 'e') {
            boolean signed =
                    at + 1 < text.length()
                            && (text.charAt(at + 1) == '+' || text.charAt(at + 1) == '-');
            int digits = at + (signed ? 2 : 1);
            at = digits(text, digits);
            return at > digits && at == text.length();
        }
        return at == text.length();
    }

    private static int digits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }

    private JsonException notLong() {
        return new JsonException(
                "expected an integer of 64 bits, was " + JsonException.quote(text));
    }

    /** Whether it is written as a whole number that fits 64 bits for sure. */
    private boolean isShort() {
        return text.length() <= SHORT_LONG_DIGITS && isDigits();
    }

    private boolean isDigits() {
        int from = text.charAt(0) == '-' ? 1 : 0;
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) > '9' || text.charAt(i) < '0') {
                return false;
            }
        }
        return true;
    }

    /** The exact value, or null where the exponent is beyond what BigDecimal can hold. */
    @Nullable BigDecimal exact() {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
