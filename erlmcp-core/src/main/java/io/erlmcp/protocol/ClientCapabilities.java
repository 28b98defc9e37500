package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;

/** What a client offers. {@code raw} keeps the object as sent, with what we do not know. */
public record ClientCapabilities(
        boolean roots,
        boolean rootsListChanged,
        boolean sampling,
        boolean samplingTools,
        boolean samplingContext,
        boolean elicitationForm,
        boolean elicitationUrl,
        JsonObject extensions,
        JsonObject raw) {
    public static final ClientCapabilities NONE =
            new ClientCapabilities(
                    false,
                    false,
                    false,
                    false,
                    false,
                    false,
                    false,
                    JsonObject.EMPTY,
                    JsonObject.EMPTY);

    /** Takes tasks for answers to its calls of tools (modern era). */
    public boolean takesTasks() {
        return extensions.has(Extensions.TASKS);
    }
}
