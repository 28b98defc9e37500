package io.erlmcp.migration;

import io.erlmcp.observability.Event;

/** What a migration tells. Sessions appear by their handles: ids are secrets. */
public sealed interface MigrationEvent extends Event {
    /** A write to the store that is not asked first failed; it is noted and made up for. */
    record WriteQueued(String store, String reason) implements MigrationEvent {}

    /** A read was answered by the other store. */
    record FellBack(String store, String reason) implements MigrationEvent {}

    /**
     * The store that is not asked first cannot keep events of a session, or cannot tell them: they
     * count as gone there.
     */
    record EventsLost(String store, String reason) implements MigrationEvent {}

    /** What a store lacked was brought to it. */
    record Reconciled(String store, int count) implements MigrationEvent {}

    /** Not everything could be compared or brought; it is tried again, after a pause. */
    record NotCompared(String reason) implements MigrationEvent {}

    /**
     * The stores differed where they must not, and the one that is not asked first was corrected;
     * or a record cannot be read.
     */
    record Violation(String kind, String handle, String what) implements MigrationEvent {}

    /**
     * Both stores were compared.
     *
     * @param copied what was not in both because it is older than the migration
     */
    record Compared(long entries, long copied, long violations) implements MigrationEvent {}
}
