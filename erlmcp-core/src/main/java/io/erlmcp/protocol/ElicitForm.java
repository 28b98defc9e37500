package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;

/**
 * Asks the user to fill a form. {@code requestedSchema} is an object schema of flat primitives.
 * Never asks for secrets; {@link ElicitUrl} is for those.
 */
public record ElicitForm(String message, JsonObject requestedSchema) implements InputRequest {}
