package io.erlmcp.protocol;

import io.erlmcp.json.JsonValue;

/**
 * The graceful end of a {@code subscriptions/listen} stream; the id is that of the listen request.
 */
public record ListenEnded(JsonValue subscriptionId) implements ServerResult {}
