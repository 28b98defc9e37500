package io.erlmcp.store;

import io.erlmcp.session.SessionStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/** How keys are written: texts end with a zero byte, numbers are eight bytes, highest first. */
final class Keys {
    private Keys() {}

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The beginning of all keys that belong to {@code owner}; owners hold no zero byte. */
    static byte[] prefix(String owner) {
        byte[] text = text(owner);
        return Arrays.copyOf(text, text.length + 1);
    }

    /** Whose key it is that begins with {@link #prefix}. */
    static String owner(byte[] key) {
        int end = 0;
        while (end < key.length && key[end] != 0) {
            end++;
        }
        return new String(key, 0, end, StandardCharsets.UTF_8);
    }

    static byte[] numbered(byte[] prefix, long number) {
        return ByteBuffer.allocate(prefix.length + Long.BYTES).put(prefix).putLong(number).array();
    }

    static byte[] named(byte[] prefix, String name) {
        byte[] text = text(name);
        return ByteBuffer.allocate(prefix.length + text.length).put(prefix).put(text).array();
    }

    static byte[] age(Instant created, String id) {
        return named(numbered(new byte[0], order(created)), id);
    }

    static byte[] principal(String principal, Instant created, String id) {
        return named(numbered(prefix(principal), order(created)), id);
    }

    /** Where a scan begins that is to leave out that key: no key ends with a zero byte. */
    static byte[] behind(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    /** The place that a key made by {@link #age} tells. */
    static SessionStore.Place place(byte[] key) {
        return new SessionStore.Place(
                Instant.ofEpochMilli(numberAt(key, 0) ^ Long.MIN_VALUE),
                afterPrefix(key, Long.BYTES));
    }

    /** Whether it is made by {@link #age} for that session. */
    static boolean isAge(byte[] key, String id) {
        return endsWith(key, text(id), key.length - Long.BYTES);
    }

    /** Whether it is made by {@link #principal} for that session. */
    static boolean isPrincipal(byte[] key, String id) {
        byte[] end = text(id);
        int nameEnd = key.length - end.length - Long.BYTES - 1;
        return nameEnd >= 0 && key[nameEnd] == 0 && endsWith(key, end, end.length);
    }

    private static boolean endsWith(byte[] key, byte[] end, int length) {
        return length == end.length
                && Arrays.equals(key, key.length - length, key.length, end, 0, length);
    }

    /** Sorts as the instants do, those before 1970 included. */
    private static long order(Instant created) {
        return created.toEpochMilli() ^ Long.MIN_VALUE;
    }

    static String afterPrefix(byte[] key, int prefixLength) {
        return new String(key, prefixLength, key.length - prefixLength, StandardCharsets.UTF_8);
    }

    static long numberAt(byte[] key, int position) {
        return ByteBuffer.wrap(key).getLong(position);
    }

    static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length
                && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }
}
