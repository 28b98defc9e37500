package io.erlmcp.reliability;

import io.erlmcp.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Frames as bodies of POST requests, with the headers of a valid message, on a connection that is
 * kept.
 */
final class HttpPeer implements FramePeer {
    private final URI server;
    private final Duration patience;
    private final boolean isLegacy;
    private String[] headers = new String[0];
    private @Nullable RawHttp connection;

    HttpPeer(URI server, Duration patience, boolean isLegacy) throws IOException {
        this.server = server;
        this.patience = patience;
        this.isLegacy = isLegacy;
        if (isLegacy) {
            try (RawHttp first = new RawHttp(server, patience)) {
                headers = Load.session(first);
            }
        }
    }

    /** The message that the next frames were made of. */
    void headersOf(JsonObject message) {
        if (!isLegacy) {
            headers = RawHttp.modernHeaders(message);
        }
    }

    @Override
    public Reply exchange(Frame frame, FrameJudge.Verdict verdict) throws IOException {
        RawHttp open = connection == null ? new RawHttp(server, patience) : connection;
        connection = open;
        try {
            open.post(frame.bytes(), headers);
            RawHttp.Answer answer = open.answer();
            if (answer.head().closes()) {
                close();
            }
            return reply(answer, verdict);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private static Reply reply(RawHttp.Answer answer, FrameJudge.Verdict verdict)
            throws IOException {
        String message = answer.head().isStream() ? lastEvent(answer.body()) : answer.text();
        int status = answer.status();
        boolean isRight =
                switch (verdict.kind()) {
                    case UNREADABLE, NOT_A_MESSAGE -> status == 400;
                    case SILENT -> status == 202 || status == 400;
                    case REQUEST -> status == 200 || status == 400 || status == 404;
                    case OPEN -> status == 200 || status == 202 || status == 400 || status == 404;
                };
        return new Reply(
                message == null || message.isEmpty() ? null : message,
                isRight ? null : "status " + status);
    }

    private static @Nullable String lastEvent(byte[] body) throws IOException {
        EventReader events = new EventReader(new ByteArrayInputStream(body));
        String last = null;
        for (JsonObject next = events.next(); next != null; next = events.next()) {
            last = next.toJson();
        }
        return last;
    }

    /** A valid call on a connection of its own. */
    boolean isServing() {
        JsonObject call =
                Rpc.modern("health", "tools/call", Rpc.call("echo", JsonObject.of("text", "well")));
        try (RawHttp fresh = new RawHttp(server, patience)) {
            fresh.post(Rpc.bytes(call), RawHttp.modernHeaders(call));
            RawHttp.Answer answer = fresh.answer();
            return answer.status() == 200
                    && new String(answer.body(), StandardCharsets.UTF_8).contains("\"well\"");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        RawHttp open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }
}
