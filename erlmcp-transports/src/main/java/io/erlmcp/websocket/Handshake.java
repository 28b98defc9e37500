package io.erlmcp.websocket;

import io.erlmcp.transport.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to an opening handshake (RFC 6455, 4.2).
 *
 * @param status 101, or why not
 * @param headers names and values in turn
 * @param reason what was wrong; empty for 101
 */
record Handshake(int status, List<String> headers, String reason) {
    static final int SWITCHING = 101;
    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";
    private static final String PROTOCOL = "mcp";
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;

    /**
     * @param compresses whether compression is agreed on where it is offered
     */
    static Handshake of(HttpExchange exchange, boolean compresses) {
        if (!exchange.method().equals("GET")) {
            return new Handshake(405, List.of("Allow", "GET"), "a WebSocket begins with GET");
        }
        if (!lists(exchange, "upgrade", "websocket") || !lists(exchange, "connection", "upgrade")) {
            return new Handshake(
                    426, List.of("Upgrade", "websocket"), "this path speaks WebSocket");
        }
        if (!"13".equals(exchange.header("sec-websocket-version"))) {
            return new Handshake(
                    426,
                    List.of("Sec-WebSocket-Version", "13"),
                    "Sec-WebSocket-Version must be 13");
        }
        List<String> keys = exchange.headers("sec-websocket-key");
        if (keys.size() != 1 || !isKey(keys.getFirst())) {
            return refused("Sec-WebSocket-Key must be there once, 16 bytes in base64");
        }
        List<String> offered = words(exchange, "sec-websocket-protocol");
        if (!offered.isEmpty() && !offered.contains(PROTOCOL)) {
            return refused("Sec-WebSocket-Protocol must offer " + PROTOCOL);
        }
        String deflate =
                compresses
                        ? DeflateOffer.answer(words(exchange, "sec-websocket-extensions"))
                        : null;
        return accepted(keys.getFirst(), !offered.isEmpty(), deflate);
    }

    private static Handshake refused(String reason) {
        return new Handshake(400, List.of(), reason);
    }

    private static Handshake accepted(String key, boolean withProtocol, @Nullable String deflate) {
        List<String> headers =
                new ArrayList<>(
                        List.of(
                                "Upgrade",
                                "websocket",
                                "Connection",
                                "Upgrade",
                                "Sec-WebSocket-Accept",
                                accept(key)));
        if (withProtocol) {
            headers.add("Sec-WebSocket-Protocol");
            headers.add(PROTOCOL);
        }
        if (deflate != null) {
            headers.add(EXTENSIONS);
            headers.add(deflate);
        }
        return new Handshake(SWITCHING, headers, "");
    }

    private static boolean lists(HttpExchange exchange, String header, String word) {
        return words(exchange, header).stream().anyMatch(it -> it.equalsIgnoreCase(word));
    }

    private static List<String> words(HttpExchange exchange, String header) {
        return exchange.headers(header).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static boolean isKey(@Nullable String key) {
        try {
            return key != null && Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    /** What proves that the server read the key. */
    static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Whether messages may be compressed. */
    boolean compresses() {
        return headers.contains(EXTENSIONS);
    }

    byte[] body() {
        return reason.isEmpty()
                ? new byte[0]
                : ("{\"error\": \"" + reason + "\"}").getBytes(StandardCharsets.UTF_8);
    }
}
