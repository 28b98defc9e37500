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
 * A legacy client that reads the event stream of one call, or that of its session, loses its
 * connection in the middle of whatever byte, and comes back with Last-Event-ID. What had not
 * arrived whole is forgotten, as a client has to.
 */
final class ResumingReader {
    /** How a connection ended. */
    enum Ending {
        /** The server ended it properly, or all that was wanted is there. */
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

    /** After so many messages a stream without an end is left. */
    private int wanted = Integer.MAX_VALUE;

    private int heard;
    private long heardAt;

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

    /** A stream without an end is left after so many messages, or when none comes for long. */
    void until(int messagesWanted) {
        wanted = messagesWanted;
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
        return call(server, call, budget, 0, () -> {});
    }

    /**
     * Likewise.
     *
     * @param receiveBytes what the kernel may take in advance, 0 for as much as it likes
     * @param beforeClose what is done before the connection is closed, while the call may still
     *     wait for it to be read
     */
    Ending call(URI server, JsonObject call, long budget, int receiveBytes, Runnable beforeClose)
            throws IOException {
        try (RawHttp connection = new RawHttp(server, patience, receiveBytes)) {
            connection.post(Rpc.bytes(call), session);
            RawHttp.Head head = connection.head();
            if (!head.isStream()) {
                throw new IOException("no stream, but " + head);
            }
            Ending ending = read(connection.body(head), budget);
            beforeClose.run();
            return ending;
        }
    }

    /** Opens the stream of the session and reads its first id. */
    Ending listen(URI server) throws IOException {
        try (RawHttp connection = new RawHttp(server, patience)) {
            connection.send(get(server));
            RawHttp.Head head = connection.head();
            if (!head.isStream()) {
                throw new IOException("no stream, but " + head);
            }
            return read(connection.body(head), 0);
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
        List<String> lines = new ArrayList<>(List.of(session));
        if (from != null) {
            lines.add("Last-Event-ID: " + from);
        }
        return RawHttp.streamHead(server, lines.toArray(new String[0]))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private Ending read(InputStream body, long budget) throws IOException {
        StringBuilder line = new StringBuilder();
        id = null;
        data = "";
        long left = budget;
        heardAt = System.nanoTime();
        try {
            for (int b = body.read(); b >= 0; b = body.read()) {
                left--;
                if (b != '\n') {
                    line.append((char) b);
                } else {
                    line(line.toString().strip());
                    line.setLength(0);
                }
                if (heard >= wanted) {
                    return Ending.COMPLETE;
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

    private void line(String line) throws IOException {
        if (line.startsWith("id:")) {
            id = line.substring(3).strip();
        } else if (line.startsWith("data:")) {
            data = line.substring(5).strip();
        } else if (line.startsWith(":") && System.nanoTime() - heardAt > patience.toNanos()) {
            throw new IOException("nothing but comments after " + heard + " messages");
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
        heard++;
        heardAt = System.nanoTime();
        if (forgetsOne && messages.size() == 3) {
            forgetsOne = false;
            return;
        }
        // Bytes were read as they are; texts here are ASCII.
        messages.add(Json.parseObject(message));
    }
}
