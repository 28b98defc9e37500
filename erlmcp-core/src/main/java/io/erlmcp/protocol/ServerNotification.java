package io.erlmcp.protocol;

import io.erlmcp.json.JsonValue;
import org.jspecify.annotations.Nullable;

/** What a server tells its clients without being asked. */
public sealed interface ServerNotification {
    record Progress(
            ProgressToken token, double progress, @Nullable Double total, @Nullable String message)
            implements ServerNotification {}

    record Log(LogLevel level, @Nullable String logger, JsonValue data)
            implements ServerNotification {}

    record ToolListChanged() implements ServerNotification {}

    record PromptListChanged() implements ServerNotification {}

    record ResourceListChanged() implements ServerNotification {}

    record ResourceUpdated(String uri) implements ServerNotification {}

    /** 2025-11-25 only. */
    record ElicitationComplete(String elicitationId) implements ServerNotification {}

    /** Modern era: the first message of a listen stream, with what of the filter is honoured. */
    record SubscriptionsAcknowledged(ListenFilter filter) implements ServerNotification {}

    /** A task is not where it was; legacy peers are told the task alone. */
    record TaskChanged(DetailedTask task) implements ServerNotification {}
}
