package io.erlmcp.feature;

import io.erlmcp.protocol.McpException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The place where the next page of a list begins, opaque to clients: base64url of {@code
 * kind:text}. The kind keeps a cursor of one list from being taken for one of another.
 */
record Cursor(String kind, String text) {
    private static final int MAX_LENGTH = 8_192;
    private static final int MAX_QUOTED = 64;

    String encode() {
        byte[] bytes = (kind + ':' + text).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /**
     * Reads the cursor of a list whose kinds are {@code kinds}.
     *
     * @throws McpException -32602 when it is no such cursor
     */
    static Cursor decode(String encoded, String... kinds) {
        if (encoded.length() > MAX_LENGTH) {
            throw invalid(encoded);
        }
        String decoded;
        try {
            decoded = new String(Base64.getUrlDecoder().decode(encoded), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw invalid(encoded);
        }
        for (String kind : kinds) {
            if (decoded.startsWith(kind + ':')) {
                Cursor cursor = new Cursor(kind, decoded.substring(kind.length() + 1));
                if (cursor.encode().equals(encoded)) {
                    return cursor;
                }
            }
        }
        throw invalid(encoded);
    }

    static McpException invalid(String encoded) {
        String quoted =
                encoded.length() <= MAX_QUOTED ? encoded : encoded.substring(0, MAX_QUOTED) + "...";
        return McpException.invalidParams("Invalid cursor: \"" + quoted + '"');
    }
}
