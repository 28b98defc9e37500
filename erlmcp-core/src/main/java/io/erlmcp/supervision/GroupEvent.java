package io.erlmcp.supervision;

import io.erlmcp.observability.ComponentId;
import org.jspecify.annotations.Nullable;

/** What happens to a {@link Group}. A run is named by its child and its number. */
public sealed interface GroupEvent {
    /** Begin. */
    record Open() implements GroupEvent {}

    /** Stop everything and stay down. */
    record Close() implements GroupEvent {}

    /** A start has returned: the component works. */
    record Started(ComponentId child, int run) implements GroupEvent {}

    /** A start has thrown, or took too long: there is nothing to stop. */
    record StartFailed(ComponentId child, int run, Throwable cause) implements GroupEvent {}

    /** A component says that it has failed, or, without a cause, that it has come to its end. */
    record Over(ComponentId child, int run, @Nullable Throwable cause) implements GroupEvent {}

    /** A stop has ended, or was given up. */
    record Stopped(ComponentId child, int run) implements GroupEvent {}

    /** The pause that ends then is over. */
    record Due(long pauseEnd) implements GroupEvent {}

    /** Somebody wants it to run; what it failed before is forgiven. */
    record StartAsked(ComponentId child) implements GroupEvent {}

    /** Somebody wants it to stop. */
    record StopAsked(ComponentId child) implements GroupEvent {}

    /** Somebody wants a new run of it. */
    record RestartAsked(ComponentId child) implements GroupEvent {}

    /** Somebody wants it to fail, to see what happens. */
    record FailureAsked(ComponentId child, Throwable cause) implements GroupEvent {}
}
