package io.erlmcp.protocol;

/**
 * A question to the client: a live request in the legacy era, an entry of {@code inputRequests} in
 * the modern one.
 */
public sealed interface InputRequest permits ElicitForm, ElicitUrl, CreateMessage, ListRoots {}
