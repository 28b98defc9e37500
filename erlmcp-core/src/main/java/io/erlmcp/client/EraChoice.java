package io.erlmcp.client;

/** Which era of the protocol a client speaks. */
public enum EraChoice {
    /** Asks the server: modern where it can, else legacy. */
    AUTO,
    /** With the handshake: revisions up to 2025-11-25. */
    LEGACY,
    /** Stateless: revisions from 2026-07-28. */
    MODERN
}
