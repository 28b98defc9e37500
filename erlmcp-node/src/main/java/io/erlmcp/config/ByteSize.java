package io.erlmcp.config;

import java.util.Locale;

/**
 * A number of bytes, written {@code 512}, {@code 64KB}, {@code 16MB} or {@code 1GB} (units of
 * 1024).
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
    private static final String[] UNITS = {"GB", "MB", "KB", "B"};
    private static final long[] FACTORS = {1L << 30, 1L << 20, 1L << 10, 1};

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size must not be negative: " + bytes);
        }
    }

    /**
     * @throws IllegalArgumentException when {@code text} is no size
     */
    public static ByteSize parse(String text) {
        String upper = text.strip().toUpperCase(Locale.ROOT);
        for (int i = 0; i < UNITS.length; i++) {
            if (upper.endsWith(UNITS[i])) {
                String digits = upper.substring(0, upper.length() - UNITS[i].length()).strip();
                return new ByteSize(Math.multiplyExact(digits(digits, text), FACTORS[i]));
            }
        }
        return new ByteSize(digits(upper, text));
    }

    private static long digits(String digits, String whole) {
        if (digits.isEmpty()
                || digits.length() > 15
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("not a size: " + whole);
        }
        return Long.parseLong(digits);
    }

    public int toIntBytes() {
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(bytes, other.bytes);
    }

    /** The size as it is written in the file. */
    @Override
    public String toString() {
        for (int i = 0; i < UNITS.length - 1; i++) {
            if (bytes >= FACTORS[i] && bytes % FACTORS[i] == 0) {
                return bytes / FACTORS[i] + UNITS[i];
            }
        }
        return bytes + "B";
    }
}
