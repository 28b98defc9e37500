package io.erlmcp.registry;

import io.erlmcp.observability.Event;

/** What a registry tells. */
public sealed interface RegistryEvent extends Event {
    /** Something was meant for a name that nobody has. */
    record Undelivered(String registry, DeadLetter letter) implements RegistryEvent {}

    /** A registry has as many names as it may have. */
    record Full(String registry, int limit) implements RegistryEvent {}
}
