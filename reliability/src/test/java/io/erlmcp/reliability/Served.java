package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What tests say to a node, one connection for each exchange. */
final class Served {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private Served() {}

    static RawHttp connect(NodeProcess node) throws IOException {
        return new RawHttp(node.mcp(), PATIENCE);
    }

    /** Sends a modern request with the headers it needs, and more. */
    static RawHttp.Answer modern(NodeProcess node, JsonObject message) throws IOException {
        return post(node, message.toJson(), RawHttp.modernHeaders(message));
    }

    static RawHttp.Answer post(NodeProcess node, String body, String... headers)
            throws IOException {
        try (RawHttp connection = connect(node)) {
            connection.post(body.getBytes(StandardCharsets.UTF_8), headers);
            RawHttp.Head head = connection.head();
            if (head.isStream()) {
                EventReader events = new EventReader(connection.body(head));
                JsonObject last = JsonObject.EMPTY;
                for (JsonObject next = events.next(); next != null; next = events.next()) {
                    last = next;
                }
                return new RawHttp.Answer(head, Rpc.bytes(last));
            }
            return new RawHttp.Answer(head, connection.body(head).readAllBytes());
        }
    }

    /** Sends bytes as they are and reads one answer. */
    static RawHttp.Answer raw(URI server, String request) throws IOException {
        try (RawHttp connection = new RawHttp(server, PATIENCE)) {
            connection.send(request.getBytes(StandardCharsets.ISO_8859_1));
            return connection.answer();
        }
    }

    /** The headers of a new session. */
    static String[] session(NodeProcess node) throws IOException {
        try (RawHttp connection = connect(node)) {
            return Load.session(connection);
        }
    }

    static long code(RawHttp.Answer answer) {
        return Json.parseObject(answer.body()).requireObject("error").requireInteger("code");
    }

    /** A figure of the health page. */
    static long figure(NodeProcess node, String name) {
        try {
            String request =
                    "GET /health HTTP/1.1\r\nHost: " + node.admin().getAuthority() + "\r\n\r\n";
            return Json.parseObject(raw(node.admin(), request).body()).requireInteger(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
