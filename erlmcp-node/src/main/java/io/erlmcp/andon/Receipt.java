package io.erlmcp.andon;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * One action that was taken, linked to the one before it.
 *
 * @param number counts up by one, from 1
 * @param who an operator, or the part of the node that acted by itself
 * @param action such as {@code andon.halt}
 * @param details what else there is to say; never a secret
 * @param previous the hash of the receipt before; {@link #GENESIS} for the first
 * @param hash SHA-256 of the whole line up to it, which has {@code previous} in it
 */
public record Receipt(
        long number,
        Instant at,
        String who,
        String action,
        ComponentId component,
        JsonObject details,
        String previous,
        String hash) {
    /** What the first receipt has before it. */
    public static final String GENESIS = "0".repeat(64);

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final String HASH_MEMBER = ",\"hash\":\"";
    private static final int TAIL = HASH_MEMBER.length() + 64 + 2;

    /** The receipt that comes after {@code number} with {@code previous}. */
    static Receipt after(long number, String previous, Draft draft) {
        String body = body(number + 1, draft, previous);
        return new Receipt(
                number + 1,
                draft.at(),
                draft.who(),
                draft.action(),
                draft.component(),
                draft.details(),
                previous,
                hash(body));
    }

    /** What is to be written down. */
    record Draft(
            Instant at, String who, String action, ComponentId component, JsonObject details) {}

    private static String body(long number, Draft draft, String previous) {
        String whole =
                JsonObject.builder()
                        .put("number", number)
                        .put("at", draft.at().toString())
                        .put("who", draft.who())
                        .put("action", draft.action())
                        .put("component", draft.component().path())
                        .put("details", draft.details())
                        .put("previous", previous)
                        .build()
                        .toJson();
        return whole.substring(0, whole.length() - 1);
    }

    private static String hash(String body) {
        return WholeFile.sha256(body.getBytes(StandardCharsets.UTF_8));
    }

    /** The receipt as a line of JSON, without its end. */
    public String line() {
        return body(number, new Draft(at, who, action, component, details), previous)
                + HASH_MEMBER
                + hash
                + "\"}";
    }

    /**
     * @param line without its end
     * @throws IllegalArgumentException when it is no receipt, or not the one that was written
     */
    static Receipt read(String line) {
        int tail = line.length() - TAIL;
        if (tail < 0 || !line.startsWith(HASH_MEMBER, tail) || !line.endsWith("\"}")) {
            throw new IllegalArgumentException("is no receipt");
        }
        String hash = line.substring(tail + HASH_MEMBER.length(), line.length() - 2);
        if (!HASH.matcher(hash).matches() || !hash.equals(hash(line.substring(0, tail)))) {
            throw new IllegalArgumentException("is not what was written: its hash does not fit");
        }
        try {
            JsonObject json = Json.parseObject(line);
            return new Receipt(
                    json.requireInteger("number"),
                    Instant.parse(json.requireString("at")),
                    json.requireString("who"),
                    json.requireString("action"),
                    new ComponentId(json.requireString("component")),
                    json.requireObject("details"),
                    json.requireString("previous"),
                    hash);
        } catch (JsonException | DateTimeException e) {
            throw new IllegalArgumentException("is no receipt: " + e.getMessage(), e);
        }
    }
}
