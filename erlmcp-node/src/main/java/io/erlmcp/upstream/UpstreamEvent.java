package io.erlmcp.upstream;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import java.time.Duration;

/**
 * What this package tells observers. Texts of the server are cut and hold no control characters.
 */
public sealed interface UpstreamEvent extends Event {
    ComponentId component();

    /** The server is there, and what it offers is listed. */
    record Up(ComponentId component, String revision, int tools, Duration took)
            implements UpstreamEvent {}

    /** The server is not there any more, or could not be reached. */
    record Down(ComponentId component, String reason) implements UpstreamEvent {}

    /** The server does not answer; it is replaced. */
    record Hung(ComponentId component, int missedPings) implements UpstreamEvent {}

    /** The child holds more memory than it may; it is replaced. */
    record TooBig(ComponentId component, long bytes, long most) implements UpstreamEvent {}

    /** The child is to have the processor when nobody else wants it. */
    record PutLast(ComponentId component, String why) implements UpstreamEvent {}

    /** The child is to have its turn again. */
    record PutBack(ComponentId component) implements UpstreamEvent {}

    /**
     * The definition of a tool or prompt is not the one seen first: it may have been swapped.
     *
     * @param held whether it is not served any more
     */
    record DefinitionChanged(ComponentId component, String kind, String name, boolean held)
            implements UpstreamEvent {}

    /** The list of calls that wait for the server, or for one of its tools, fills up. */
    record QueueFilling(ComponentId component, int waiting, int most) implements UpstreamEvent {}

    /** An operator accepted a definition that was held; it is served from now on. */
    record DefinitionAccepted(ComponentId component, String kind, String name)
            implements UpstreamEvent {}

    /** Something that the server offers cannot be offered here. */
    record LeftOut(ComponentId component, String kind, String name, String reason)
            implements UpstreamEvent {}

    /** A list of the server cannot be had now; what was listed before stays. */
    record ListFailed(ComponentId component, String list, String reason) implements UpstreamEvent {}

    /** A call that does no harm twice was sent again, because the server died under it. */
    record Retried(ComponentId component, String what) implements UpstreamEvent {}

    /** An earlier answer was given, because the server could not. */
    record StaleAnswer(ComponentId component, String what) implements UpstreamEvent {}

    /** A question of the server was refused, because nobody knows whom it is for. */
    record QuestionRefused(ComponentId component, String kind) implements UpstreamEvent {}

    /** A message of the server for its operator: log messages that belong to no call. */
    record Said(ComponentId component, String level, String text) implements UpstreamEvent {}
}
