package io.erlmcp.network;

import io.erlmcp.transport.Connection;
import io.erlmcp.transport.ConnectionHandler;
import io.erlmcp.transport.Endpoint;
import io.erlmcp.transport.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Sends each message back, says {@code bad: why} of what is none, and remembers its connections.
 */
public final class EchoEndpoint implements Endpoint {
    public final List<Connection> connections = new CopyOnWriteArrayList<>();
    public final List<String> cuts = new CopyOnWriteArrayList<>();
    public volatile ConnectionHandler.Activity activity = ConnectionHandler.Activity.NONE;
    public volatile boolean isOpenToAll = true;

    @Override
    public ConnectionHandler connected(Connection connection) {
        connections.add(connection);
        if (!isOpenToAll) {
            connection.close("not authenticated");
        }
        return new Echo(connection);
    }

    @Override
    public boolean admits(io.erlmcp.transport.PeerEvidence evidence) {
        return isOpenToAll;
    }

    @Override
    public void handle(HttpExchange exchange) {
        exchange.respond(404);
    }

    private final class Echo implements ConnectionHandler {
        private final Connection connection;

        Echo(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void message(byte[] message) {
            connection.send(message, 0, message.length);
        }

        @Override
        public void malformed(String reason) {
            byte[] text = ("bad: " + reason).getBytes(StandardCharsets.UTF_8);
            connection.send(text, 0, text.length);
        }

        @Override
        public Activity activity() {
            return activity;
        }

        @Override
        public void cut(String reason) {
            cuts.add(reason);
        }

        @Override
        public void closed() {
            connections.remove(connection);
        }
    }
}
