package io.erlmcp.dispatch;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Set;
import java.util.TreeSet;

/**
 * A digest of params that is the same however they are spelled: members in any order, {@code 1} as
 * {@code 1.0}.
 */
final class CanonicalJson {
    private CanonicalJson() {}

    /** SHA-256 of {@code params} without the members named in {@code except}. */
    static byte[] digest(JsonObject params, Set<String> except) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            object(params, except, digest);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing", e);
        }
    }

    private static void object(JsonObject object, Set<String> except, MessageDigest digest) {
        digest.update((byte) '{');
        for (String key : new TreeSet<>(object.keys())) {
            JsonValue value = object.get(key);
            if (value != null && !except.contains(key)) {
                text('k', key, digest);
                value(value, digest);
            }
        }
        digest.update((byte) '}');
    }

    private static void value(JsonValue value, MessageDigest digest) {
        switch (value) {
            case JsonObject object -> object(object, Set.of(), digest);
            case JsonArray array -> {
                digest.update((byte) '[');
                array.values().forEach(element -> value(element, digest));
                digest.update((byte) ']');
            }
            case JsonNumber number -> text('n', canonical(number), digest);
            default -> text('v', value.toJson(), digest);
        }
    }

    /** A number whose exponent is beyond all use counts as its text. */
    private static String canonical(JsonNumber number) {
        try {
            return number.bigDecimal().stripTrailingZeros().toString();
        } catch (JsonException | ArithmeticException beyond) {
            return number.text();
        }
    }

    private static void text(char kind, String text, MessageDigest digest) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((byte) kind);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }
}
