package io.erlmcp.protocol;

/** Who a message is from or for. */
public enum Role {
    USER,
    ASSISTANT
}
