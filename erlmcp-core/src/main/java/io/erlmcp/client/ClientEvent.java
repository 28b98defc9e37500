package io.erlmcp.client;

import io.erlmcp.observability.Event;

/** What clients tell observers. */
public sealed interface ClientEvent extends Event {
    /** The client knows what the server speaks. */
    record Connected(String transport, String revision) implements ClientEvent {}

    /** The session or the path was lost and a fresh one made. */
    record Reconnected(String transport, String reason) implements ClientEvent {}

    /**
     * What was subscribed before is not granted any more; it is tried again, or given up. The URI
     * is {@code subscriptions/listen} for all of such a stream.
     */
    record SubscriptionFailed(String uri, String reason, boolean isGivenUp)
            implements ClientEvent {}

    /** A request was sent again because it is safe to. */
    record Reissued(String method, String reason) implements ClientEvent {}

    /**
     * A tool's definition is not the one seen first: it may have been swapped behind the user's
     * back.
     */
    record ToolChanged(String tool) implements ClientEvent {}

    /** A tool was left out of the list because its definition may not be used on this transport. */
    record ToolExcluded(String tool, String reason) implements ClientEvent {}

    /** An entry of a list makes no sense; it was left out, the others stand. */
    record EntryIgnored(String list, String entry, String reason) implements ClientEvent {}

    /** A tool's output schema cannot be used: its results are not checked. */
    record SchemaIgnored(String tool, String reason) implements ClientEvent {}

    /** The server sent something that was not understood; it was ignored. */
    record MessageIgnored(String reason) implements ClientEvent {}

    /** A listener is too slow: a notification was dropped. */
    record NotificationDropped(String method) implements ClientEvent {}

    /** A listener of the user threw. */
    record ListenerFailed(String listener, String reason) implements ClientEvent {}
}
