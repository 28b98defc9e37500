package io.erlmcp.conformance;

import io.erlmcp.protocol.Revision;
import io.erlmcp.testkit.WrappedTransport;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.OutgoingMessage;
import java.nio.charset.StandardCharsets;

/** Makes a client, which always offers the newest revision with a handshake, offer an older one. */
final class OfferingTransport extends WrappedTransport {
    private final Revision revision;

    private OfferingTransport(ClientTransport inner, Revision revision) {
        super(inner);
        this.revision = revision;
    }

    static ClientTransport over(ClientTransport inner, Revision revision) {
        return new OfferingTransport(inner, revision);
    }

    @Override
    public void send(OutgoingMessage message) {
        super.send(message.label().equals("initialize") ? offering(message) : message);
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
}
