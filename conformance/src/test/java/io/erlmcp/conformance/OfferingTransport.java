package io.erlmcp.conformance;

import io.erlmcp.protocol.Revision;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.OutgoingMessage;
import java.nio.charset.StandardCharsets;

/** Makes a client, which always offers the newest revision with a handshake, offer an older one. */
record OfferingTransport(ClientTransport inner, Revision revision) implements ClientTransport {
    static ClientTransport over(ClientTransport inner, Revision revision) {
        return new OfferingTransport(inner, revision);
    }

    @Override
    public void send(OutgoingMessage message) {
        inner.send(message.label().equals("initialize") ? offering(message) : message);
    }

    private OutgoingMessage offering(OutgoingMessage message) {
        String body = new String(message.body(), StandardCharsets.UTF_8);
        String changed = body.replace(Revision.LATEST_LEGACY.text(), revision.text());
        return new OutgoingMessage(
                message.id(),
                message.label(),
                changed.getBytes(StandardCharsets.UTF_8),
                message.headers());
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public boolean isDuplex() {
        return inner.isDuplex();
    }

    @Override
    public boolean hearsServer() {
        return inner.hearsServer();
    }

    @Override
    public void open(ClientReceiver receiver) {
        inner.open(receiver);
    }

    @Override
    public void abandon(RequestId id) {
        inner.abandon(id);
    }

    @Override
    public void negotiated(String protocolVersion) {
        inner.negotiated(protocolVersion);
    }

    @Override
    public void listen() {
        inner.listen();
    }

    @Override
    public void restart() {
        inner.restart();
    }

    @Override
    public void close() {
        inner.close();
    }
}
