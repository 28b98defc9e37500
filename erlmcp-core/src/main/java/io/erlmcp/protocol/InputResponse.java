package io.erlmcp.protocol;

/** The client's answer to an {@link InputRequest}. */
public sealed interface InputResponse permits ElicitResult, CreateMessageResult, ListRootsResult {}
