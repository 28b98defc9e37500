package io.erlmcp.guardian;

import io.erlmcp.observability.ComponentId;

/** Stops a component until an operator resumes it; on the disk before it returns, where it can. */
@FunctionalInterface
public interface Halts {
    /**
     * @param component a tool, or {@link ComponentId#NODE}
     * @param reason what the board shows, never a secret
     */
    void halt(ComponentId component, String reason);
}
