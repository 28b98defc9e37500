package io.erlmcp.transport;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a transport knows about who is at the other end, before anybody is believed.
 *
 * @param transport {@code stdio}, {@code memory}, {@code http}, ...
 * @param remoteAddress the address of the socket without its port, or null where there is no socket
 * @param headers the request's headers that carry credentials, names in lower case; never logged
 */
public record PeerEvidence(
        String transport, @Nullable String remoteAddress, Map<String, String> headers) {
    public PeerEvidence {
        headers = Map.copyOf(headers);
    }

    @Override
    public String toString() {
        return transport + (remoteAddress == null ? "" : " " + remoteAddress);
    }
}
