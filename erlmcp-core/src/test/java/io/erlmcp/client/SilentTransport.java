package io.erlmcp.client;

import io.erlmcp.rpc.RequestId;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.OutgoingMessage;

/** Takes everything, and says nothing. */
class SilentTransport implements ClientTransport {
    @Override
    public String name() {
        return "silent";
    }

    @Override
    public boolean isDuplex() {
        return true;
    }

    @Override
    public boolean hearsServer() {
        return true;
    }

    @Override
    public void open(ClientReceiver receiver) {}

    @Override
    public void send(OutgoingMessage message) {}

    @Override
    public void abandon(RequestId id) {}

    @Override
    public void negotiated(String protocolVersion) {}

    @Override
    public void listen() {}

    @Override
    public void restart() {}

    @Override
    public void close() {}
}
