package io.erlmcp.security;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns evidence into a principal; called first on every request, before any session is looked up.
 * Must not block.
 */
public interface Authenticator {
    /** Lets everybody in as {@link Principal#ANONYMOUS}. */
    Authenticator ANONYMOUS = (transport, address, headers) -> Principal.ANONYMOUS;

    /**
     * @param transport {@code stdio}, {@code http}, ...
     * @param address the peer's address, or null where there is no socket
     * @param headers credentials, names in lower case
     * @return the caller, or null when the evidence does not convince (HTTP 401)
     */
    @Nullable Principal authenticate(
            String transport, @Nullable String address, Map<String, String> headers);
}
