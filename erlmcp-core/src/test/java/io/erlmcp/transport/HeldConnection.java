package io.erlmcp.transport;

import static org.awaitility.Awaitility.await;

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;

/** An endpoint that hears nothing, and hands out the connection that it was given. */
final class HeldConnection implements Endpoint {
    private final AtomicReference<Connection> held = new AtomicReference<>();
    private final Queue<String> cuts = new ConcurrentLinkedQueue<>();

    Connection get() {
        return await().until(held::get, Objects::nonNull);
    }

    /** Why connections were cut. */
    Queue<String> cuts() {
        return cuts;
    }

    @Override
    public ConnectionHandler connected(Connection connection) {
        held.set(connection);
        return new Deaf(cuts);
    }

    @Override
    public void handle(HttpExchange exchange) {
        throw new IllegalStateException("there is no HTTP here");
    }

    private record Deaf(Queue<String> cuts) implements ConnectionHandler {
        @Override
        public void cut(String reason) {
            cuts.add(reason);
        }

        @Override
        public void message(byte[] message) {
            // Hears nothing.
        }

        @Override
        public void malformed(String reason) {
            // Hears nothing.
        }

        @Override
        public void closed() {
            // Holds nothing.
        }
    }
}
