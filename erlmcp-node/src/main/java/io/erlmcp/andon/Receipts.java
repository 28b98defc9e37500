package io.erlmcp.andon;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import java.io.IOException;

/** Where actions of operators, and those that the node takes by itself, are written down. */
public interface Receipts {
    /**
     * Writes a receipt; it is on the disk when this returns.
     *
     * @param who an operator, or the part of the node that acts by itself
     * @param action such as {@code recovery.restart}
     * @param details never a secret
     * @throws IOException when it could not be written; the action is not proven then
     */
    Receipt write(String who, String action, ComponentId component, JsonObject details)
            throws IOException;
}
