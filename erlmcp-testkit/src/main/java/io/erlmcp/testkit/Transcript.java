package io.erlmcp.testkit;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.observability.Event;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Every message of a conversation, in the order in which the client's end sent and heard them; for
 * reading, and for comparison with a golden file.
 *
 * <pre>{@code
 * Transcript transcript = new Transcript();
 * McpClient client = McpClient.builder(transcript.record(InMemoryTransport.to(server.endpoint()))).connect();
 * ...
 * transcript.assertMatches(Path.of("src/test/resources/transcripts/greeting.txt"));
 * }</pre>
 *
 * <p>Process model: starts no thread; one lock guards the messages.
 */
public final class Transcript {
    private static final boolean UPDATE = "update".equals(System.getProperty("golden"));

    /** Who wrote a message. */
    public enum Sender {
        CLIENT,
        SERVER;

        Sender other() {
            return this == CLIENT ? SERVER : CLIENT;
        }
    }

    /**
     * One message.
     *
     * @param method of the request or notification, or of the request that this answers; null where
     *     nobody asked
     */
    public record Message(Sender sender, JsonValue json, @Nullable String method) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Message> messages = new ArrayList<>();
    private final Map<String, String> asked = new HashMap<>();

    /** The transport, with what goes through it written down. */
    public ClientTransport record(ClientTransport transport) {
        return new Recording(transport);
    }

    /** Adds a message that was seen elsewhere. */
    public void add(Sender sender, byte[] message) {
        JsonValue json = read(message);
        lock.lock();
        try {
            messages.add(new Message(sender, json, methodOf(sender, json)));
        } finally {
            lock.unlock();
        }
    }

    private static JsonValue read(byte[] message) {
        try {
            return Json.parse(message);
        } catch (JsonException e) {
            return JsonValue.of("not JSON: " + new String(message, StandardCharsets.UTF_8));
        }
    }

    private @Nullable String methodOf(Sender sender, JsonValue json) {
        if (!(json instanceof JsonObject object)) {
            return null;
        }
        if (object.get("method") instanceof JsonString method) {
            if (object.has("id")) {
                asked.put(sender + " " + object.get("id"), method.value());
            }
            return method.value();
        }
        return asked.get(sender.other() + " " + object.get("id"));
    }

    public List<Message> messages() {
        lock.lock();
        try {
            return List.copyOf(messages);
        } finally {
            lock.unlock();
        }
    }

    /**
     * One line for each message. Ids, progress tokens, cursors and sealed states, which differ from
     * run to run, are replaced by names such as {@code <client 1>}, the same for the same value.
     */
    public String text() {
        Placeholders placeholders = new Placeholders();
        StringBuilder text = new StringBuilder();
        for (Message message : messages()) {
            text.append(message.sender() == Sender.CLIENT ? "client: " : "server: ")
                    .append(placeholders.of(message).toJson())
                    .append('\n');
        }
        return text.toString();
    }

    /** Compares {@link #text} with a file, or writes the file under {@code -Dgolden=update}. */
    public void assertMatches(Path golden) {
        String found = text();
        try {
            if (UPDATE) {
                Files.createDirectories(golden.toAbsolutePath().getParent());
                Files.writeString(golden, found);
            }
            String expected = Files.exists(golden) ? Files.readString(golden) : "";
            org.assertj.core.api.Assertions.assertThat(found)
                    .as("%s; accept what changed with -Dgolden=update", golden)
                    .isEqualTo(expected);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Recording extends WrappedTransport {
        Recording(ClientTransport transport) {
            super(transport);
        }

        @Override
        public void open(ClientReceiver receiver) {
            super.open(new Hearing(receiver));
        }

        @Override
        public void send(OutgoingMessage message) {
            add(Sender.CLIENT, message.body());
            super.send(message);
        }
    }

    private final class Hearing implements ClientReceiver {
        private final ClientReceiver receiver;

        Hearing(ClientReceiver receiver) {
            this.receiver = receiver;
        }

        @Override
        public boolean message(byte[] message, @Nullable RequestId of) {
            add(Sender.SERVER, message);
            return receiver.message(message, of);
        }

        @Override
        public void failed(RequestId id, TransportException failure) {
            failure.body().filter(body -> body.length > 0).ifPresent(it -> add(Sender.SERVER, it));
            receiver.failed(id, failure);
        }

        @Override
        public void closed(TransportException failure) {
            receiver.closed(failure);
        }

        @Override
        public void sessionLost(TransportException failure) {
            receiver.sessionLost(failure);
        }

        @Override
        public ClientReceiver ofNextPath() {
            return new Hearing(receiver.ofNextPath());
        }

        @Override
        public void observed(Event event) {
            receiver.observed(event);
        }
    }
}
