package io.erlmcp.reliability;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A well-behaved client with a session of the legacy era, on one connection. Not safe for several
 * threads.
 */
final class GoodClient implements AutoCloseable {
    /** One request and its answer. */
    private interface Line extends AutoCloseable {
        JsonObject ask(JsonObject request) throws IOException;

        @Override
        void close() throws IOException;
    }

    private final Line line;
    private long lastId;

    private GoodClient(Line line) {
        this.line = line;
    }

    /** Opens a session at {@code server}; nothing may take longer than {@code patience}. */
    static GoodClient open(Way way, URI server, Duration patience) throws IOException {
        return new GoodClient(
                switch (way) {
                    case HTTP -> new OverHttp(new RawHttp(server, patience));
                    case WEBSOCKET -> new Duplex(new RawWebSocket(server, patience));
                    case TCP -> new Duplex(tcp(server, patience));
                });
    }

    private static DuplexFrames.Wire tcp(URI server, Duration patience) throws IOException {
        Socket socket = new Socket(server.getHost(), server.getPort());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) patience.toMillis());
        return new DuplexFrames.Lines(socket.getInputStream(), socket.getOutputStream());
    }

    /** The text that a tool answers. */
    String call(String tool, JsonObject arguments) throws IOException {
        long id = ++lastId;
        JsonObject answer = line.ask(Rpc.legacy(id, "tools/call", Rpc.call(tool, arguments)));
        String text = Rpc.text(answer, JsonNumber.of(id));
        if (text == null) {
            throw new IOException("no success, but " + answer);
        }
        return text;
    }

    /** What is answered to a request, be it a result or an error. */
    JsonObject ask(String method, JsonObject params) throws IOException {
        return line.ask(Rpc.legacy(++lastId, method, params));
    }

    /** One call whose answer must be {@code text}. */
    void echo(String text) throws IOException {
        String answer = call("echo", JsonObject.of("text", text));
        if (!answer.equals(text)) {
            throw new IOException("expected " + text + ", got " + answer);
        }
    }

    @Override
    public void close() {
        try {
            line.close();
        } catch (IOException e) {
            // there is nothing left to lose
        }
    }

    private static final class OverHttp implements Line {
        private final RawHttp connection;
        private final String[] session;

        OverHttp(RawHttp connection) throws IOException {
            this.connection = connection;
            this.session = Load.session(connection);
        }

        @Override
        public JsonObject ask(JsonObject request) throws IOException {
            connection.post(Rpc.bytes(request), session);
            RawHttp.Answer answer = connection.answer();
            if (answer.status() != 200) {
                throw new IOException("status " + answer.status() + ": " + answer.text());
            }
            return Json.parseObject(answer.text());
        }

        @Override
        public void close() {
            connection.close();
        }
    }

    private static final class Duplex implements Line {
        private final DuplexFrames.Wire wire;

        Duplex(DuplexFrames.Wire wire) throws IOException {
            this.wire = wire;
            ask(Rpc.initialize(0));
            wire.send(Rpc.INITIALIZED.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public JsonObject ask(JsonObject request) throws IOException {
            wire.send(Rpc.bytes(request));
            while (true) {
                String message = wire.read();
                if (message == null) {
                    throw new EOFException("the connection ended");
                }
                JsonObject answer = Json.parseObject(message);
                if (!answer.has("method")) {
                    return answer;
                }
            }
        }

        @Override
        public void close() throws IOException {
            wire.close();
        }
    }
}
