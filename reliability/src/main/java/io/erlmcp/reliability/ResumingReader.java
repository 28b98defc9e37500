package io.erlmcp.reliability;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A legacy client that reads the event stream of one call, loses its connection in the middle of
 * whatever byte, and comes back with Last-Event-ID. What had not arrived whole is forgotten, as a
 * client has to.
 */
final class ResumingReader {
    /** How a connection ended. */
    enum Ending {
        /** The server ended it properly. */
        COMPLETE,
        /** This reader closed it, having read as many bytes as it was told. */
        CUT,
        /** It broke. */
        BROKEN
    }

    private final Duration patience;
    private final String[] session;
    private final List<JsonObject> messages = new ArrayList<>();
    private final Set<String> ids = new HashSet<>();
    private @Nullable String lastId;

    /** The fields of the event that is arriving. */
    private @Nullable String id;

    private String data = "";
    private int repeated;

    /** Where a planted fault makes this reader lose an event, and come back one event too early. */
    private boolean forgetsOne;

    private boolean comesBackEarly;
    private @Nullable String idBefore;

    ResumingReader(String[] session, Duration patience) {
        this.session = session;
        this.patience = patience;
    }

    void forgetOne() {
        forgetsOne = true;
    }

    void comeBackEarly() {
        comesBackEarly = true;
    }

    /** Everything that arrived whole. */
    List<JsonObject> messages() {
        return messages;
    }

    /** Events whose id had come before. */
    int repeated() {
        return repeated;
    }

    boolean canComeBack() {
        return lastId != null;
    }

    /** Sends the call and reads {@code budget} bytes of its stream, at least up to the first id. */
    Ending call(URI server, JsonObject call, long budget) throws IOException {
        try (RawHttp connection = new RawHttp(server, patience)) {
            connection.post(Rpc.bytes(call), session);
            RawHttp.Head head = connection.head();
            if (!head.isStream()) {
                throw new IOException("no stream, but " + head);
            }
            return read(connection.body(head), budget);
        }
    }

    /**
     * Comes back and reads on.
     *
     * @throws Refused when the server will not go on
     */
    Ending resume(URI server, long budget) throws IOException, Refused {
        try (RawHttp connection = new RawHttp(server, patience)) {
            connection.send(get(server));
            RawHttp.Head head = connection.head();
            if (!head.isStream()) {
                String body =
                        new String(connection.body(head).readAllBytes(), StandardCharsets.UTF_8);
                throw new Refused(head.status(), body);
            }
            return read(connection.body(head), budget);
        }
    }

    /** The explicit error. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        private final int status;

        Refused(int status, String body) {
            super(status + " " + body);
            this.status = status;
        }

        int status() {
            return status;
        }
    }

    private byte[] get(URI server) {
        String from = comesBackEarly && idBefore != null ? idBefore : lastId;
        StringBuilder head = new StringBuilder("GET " + server.getPath() + " HTTP/1.1\r\nHost: ");
        head.append(server.getAuthority()).append("\r\nAccept: text/event-stream\r\n");
        head.append("Last-Event-ID: ").append(from).append("\r\n");
        for (String line : session) {
            head.append(line).append("\r\n");
        }
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private Ending read(InputStream body, long budget) throws IOException {
        StringBuilder line = new StringBuilder();
        id = null;
        data = "";
        long left = budget;
        try {
            for (int b = body.read(); b >= 0; b = body.read()) {
                left--;
                if (b != '\n') {
                    line.append((char) b);
                } else {
                    line(line.toString().strip());
                    line.setLength(0);
                }
                if (left <= 0 && lastId != null) {
                    return Ending.CUT;
                }
            }
            return Ending.COMPLETE;
        } catch (EOFException broken) {
            return Ending.BROKEN;
        }
    }

    private void line(String line) {
        if (line.startsWith("id:")) {
            id = line.substring(3).strip();
        } else if (line.startsWith("data:")) {
            data = line.substring(5).strip();
        } else if (line.isEmpty()) {
            arrived(id, data);
            id = null;
            data = "";
        }
    }

    private void arrived(@Nullable String eventId, String message) {
        if (eventId != null) {
            repeated += ids.add(eventId) ? 0 : 1;
            idBefore = lastId;
            lastId = eventId;
        }
        if (message.isEmpty()) {
            return;
        }
        if (forgetsOne && messages.size() == 3) {
            forgetsOne = false;
            return;
        }
        // Bytes were read as they are; texts here are ASCII.
        messages.add(Json.parseObject(message));
    }
}
