package io.erlmcp.security;

import java.util.Set;

/**
 * Who is calling: a stable name, and the scopes granted. Sessions, tasks and sealed states are
 * bound to it.
 */
public record Principal(String name, Set<String> scopes) {
    /** Everybody, where no authentication is configured. */
    public static final Principal ANONYMOUS = new Principal("anonymous", Set.of());

    public Principal {
        scopes = Set.copyOf(scopes);
    }
}
