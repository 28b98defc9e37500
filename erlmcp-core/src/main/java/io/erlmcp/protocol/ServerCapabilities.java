package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;

/**
 * What a server offers; {@code extensions} and {@code experimental} go to the wire as they are.
 *
 * @param tasks calls of tools may run as tasks: an extension in the modern era, a capability of
 *     2025-11-25
 */
public record ServerCapabilities(
        boolean tools,
        boolean prompts,
        boolean resources,
        boolean resourceSubscriptions,
        boolean listChanged,
        boolean completions,
        boolean logging,
        boolean tasks,
        JsonObject extensions,
        JsonObject experimental) {}
