package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;

/** What a server offers; {@code extensions} and {@code experimental} go to the wire as they are. */
public record ServerCapabilities(
        boolean tools,
        boolean prompts,
        boolean resources,
        boolean resourceSubscriptions,
        boolean listChanged,
        boolean completions,
        boolean logging,
        JsonObject extensions,
        JsonObject experimental) {}
