package io.erlmcp.client;

import io.erlmcp.rpc.RequestId;
import io.erlmcp.transport.Backoff;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.OutgoingMessage;
import java.util.Optional;

/** Passes everything on, but for what a test does otherwise. */
class Passing implements ClientTransport {
    private final ClientTransport inner;

    Passing(ClientTransport inner) {
        this.inner = inner;
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
    public boolean hasModernEra() {
        return inner.hasModernEra();
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
    public void send(OutgoingMessage message) {
        inner.send(message);
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
    public Optional<Backoff> recovery() {
        return inner.recovery();
    }

    @Override
    public void close() {
        inner.close();
    }
}
