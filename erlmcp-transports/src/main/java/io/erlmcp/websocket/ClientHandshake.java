package io.erlmcp.websocket;

import io.erlmcp.tls.ClientSocket;
import io.erlmcp.transport.TransportException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The opening handshake as a client (RFC 6455, 4.1): what is asked, and whether the answer answers
 * it.
 *
 * @param compresses whether the server agreed to compressed messages
 */
record ClientHandshake(boolean compresses) {
    private static final int MAX_ANSWER_BYTES = 16 * 1024;
    private static final int KEY_BYTES = 16;
    private static final String PROTOCOL = "mcp";

    /**
     * Asks and reads the answer, to its last byte and no further.
     *
     * @throws TransportException when the server answers with another status
     * @throws IOException when its answer is no answer to this
     */
    static ClientHandshake with(
            ClientSocket socket, BufferedInputStream in, WebSocketClientConfig config)
            throws IOException {
        byte[] random = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(random);
        String key = Base64.getEncoder().encodeToString(random);
        socket.output().write(request(config, key).getBytes(StandardCharsets.ISO_8859_1));
        socket.output().flush();
        return check(head(in), key, config);
    }

    private static String request(WebSocketClientConfig config, String key) {
        URI url = config.url();
        String path =
                url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        StringBuilder text = new StringBuilder("GET ").append(path);
        if (url.getRawQuery() != null) {
            text.append('?').append(url.getRawQuery());
        }
        text.append(" HTTP/1.1\r\nHost: ").append(url.getHost());
        if (url.getPort() >= 0) {
            text.append(':').append(url.getPort());
        }
        text.append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13")
                .append("\r\nSec-WebSocket-Protocol: " + PROTOCOL + "\r\nSec-WebSocket-Key: ")
                .append(key);
        if (config.compresses()) {
            text.append("\r\nSec-WebSocket-Extensions: " + DeflateOffer.OFFER);
        }
        for (Map.Entry<String, String> header : config.headers().entrySet()) {
            text.append("\r\n").append(header.getKey()).append(": ").append(header.getValue());
        }
        return text.append("\r\n\r\n").toString();
    }

    /** The lines of the answer's head. */
    private static List<String> head(InputStream in) throws IOException {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (int count = 0; count < MAX_ANSWER_BYTES; count++) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the server left during the handshake");
            }
            if (next != '\n') {
                line.append((char) next);
                continue;
            }
            String text = line.toString().stripTrailing();
            if (text.isEmpty() && !lines.isEmpty()) {
                return lines;
            }
            lines.add(text);
            line.setLength(0);
        }
        throw new IOException(
                "the answer to the handshake has more than " + MAX_ANSWER_BYTES + " bytes");
    }

    private static ClientHandshake check(
            List<String> head, String key, WebSocketClientConfig config) throws IOException {
        String[] status = head.getFirst().split(" ", 3);
        if (!status[0].startsWith("HTTP/1.")
                || status.length < 2
                || !status[1].matches("[1-5]\\d\\d")) {
            throw new IOException("the server does not speak HTTP");
        }
        int code = Integer.parseInt(status[1]);
        if (code != Handshake.SWITCHING) {
            throw TransportException.refused(
                    TransportException.Kind.REFUSED,
                    config.url() + " answered the handshake with HTTP status " + code,
                    code,
                    new byte[0]);
        }
        requireOne(head, "upgrade", "websocket");
        requireOne(head, "connection", "upgrade");
        List<String> accept = values(head, "sec-websocket-accept");
        if (!accept.equals(List.of(Handshake.accept(key)))) {
            throw new IOException("the server did not read the key of the handshake");
        }
        List<String> protocol = values(head, "sec-websocket-protocol");
        if (!protocol.isEmpty() && !protocol.equals(List.of(PROTOCOL))) {
            throw new IOException("the server chose another sub-protocol than " + PROTOCOL);
        }
        List<String> extensions = values(head, "sec-websocket-extensions");
        boolean agreed =
                config.compresses()
                        && extensions.size() == 1
                        && DeflateOffer.isAccepted(extensions.getFirst());
        if (!extensions.isEmpty() && !agreed) {
            throw new IOException("the server chose an extension that was not offered like that");
        }
        return new ClientHandshake(agreed);
    }

    private static void requireOne(List<String> head, String name, String word) throws IOException {
        for (String value : values(head, name)) {
            for (String part : value.split(",", -1)) {
                if (part.strip().equalsIgnoreCase(word)) {
                    return;
                }
            }
        }
        throw new IOException("the answer to the handshake has no " + name + ": " + word);
    }

    private static List<String> values(List<String> head, String name) {
        List<String> found = new ArrayList<>();
        for (String line : head.subList(1, head.size())) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals(name)) {
                found.add(line.substring(colon + 1).strip());
            }
        }
        return found;
    }
}
