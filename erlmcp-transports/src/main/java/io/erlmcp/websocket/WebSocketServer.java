package io.erlmcp.websocket;

import io.erlmcp.http.UpgradableExchange;
import io.erlmcp.network.HeldBytes;
import io.erlmcp.network.LoopState;
import io.erlmcp.network.PeerConnection;
import io.erlmcp.network.PeerScope;
import io.erlmcp.network.Traffic;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.transport.ByteBudget;
import io.erlmcp.transport.Endpoint;
import io.erlmcp.transport.HttpExchange;
import io.erlmcp.transport.HttpHandler;
import io.erlmcp.transport.PeerEvidence;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves MCP over WebSocket on a path of an HTTP server, which checks Host and Origin before: the
 * handler of that path. One message a text frame, both eras; sub-protocol {@code mcp}.
 *
 * <p>Process model: has no thread; connections live on the HTTP server's loops and end with it.
 */
public final class WebSocketServer implements HttpHandler {
    private final PeerScope scope;
    private final int maxMessageBytes;
    private final boolean compresses;
    private final AtomicInteger open = new AtomicInteger();

    /**
     * @param received bounds the bytes of all messages that are partly received, over all who share
     *     it
     * @param unsent bounds the bytes that wait for their peers, over all who share it
     */
    public WebSocketServer(
            WebSocketServerConfig config,
            Endpoint endpoint,
            Observer observer,
            ByteBudget received,
            ByteBudget unsent) {
        this.maxMessageBytes = config.maxMessageBytes();
        this.compresses = config.compresses();
        this.scope =
                new PeerScope(
                        "websocket",
                        config.peer(),
                        endpoint,
                        observer,
                        received,
                        unsent,
                        new Traffic(),
                        Time.system());
    }

    public Traffic traffic() {
        return scope.traffic();
    }

    @Override
    public void handle(HttpExchange exchange) {
        Handshake handshake = Handshake.of(exchange, compresses);
        if (handshake.status() != Handshake.SWITCHING) {
            exchange.respond(handshake.status(), handshake.headers(), handshake.body());
            return;
        }
        if (!(exchange instanceof UpgradableExchange upgradable)) {
            throw new IllegalStateException("this server's connections cannot be taken over");
        }
        PeerEvidence http = exchange.evidence();
        PeerEvidence evidence =
                new PeerEvidence(scope.transport(), http.remoteAddress(), http.headers());
        if (!scope.endpoint().admits(evidence)) {
            exchange.respond(401, List.of("WWW-Authenticate", "Bearer"), new byte[0]);
            return;
        }
        boolean deflated = handshake.compresses();
        upgradable.upgrade(
                handshake.headers(), (channel, loop) -> take(channel, loop, evidence, deflated));
    }

    private void take(Channel channel, LoopState loop, PeerEvidence evidence, boolean deflated) {
        WebSocketFraming framing = new WebSocketFraming(deflated);
        PeerConnection connection = new PeerConnection(scope, loop, channel, framing, evidence);
        HeldBytes fragments = new HeldBytes(scope.received());
        channel.pipeline()
                .addLast(
                        new FrameReader(
                                connection,
                                fragments,
                                scope.received(),
                                FrameReader.rules(maxMessageBytes, deflated)));
        if (deflated) {
            channel.pipeline()
                    .addLast(
                            new MessageInflater(
                                    connection, fragments, scope.received(), maxMessageBytes));
        }
        channel.pipeline()
                .addLast(
                        new Utf8FrameValidator(false),
                        new MessageReader(connection, framing, fragments, maxMessageBytes));
        int count = open.incrementAndGet();
        var _ = channel.closeFuture().addListener(closed -> open.decrementAndGet());
        var _ = connection.open(count);
    }
}
