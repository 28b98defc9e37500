package io.erlmcp.protocol;

/**
 * The two eras of the protocol: with a handshake and sessions (up to 2025-11-25), and stateless
 * (from 2026-07-28).
 */
public enum Era {
    LEGACY,
    MODERN
}
