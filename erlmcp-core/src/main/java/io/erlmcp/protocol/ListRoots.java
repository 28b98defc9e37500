package io.erlmcp.protocol;

/** Asks the client for its roots. */
public record ListRoots() implements InputRequest {}
