package io.erlmcp.store;

import io.erlmcp.observability.Event;
import java.time.Duration;

/** What the disk store tells. */
public sealed interface StoreEvent extends Event {
    /** A write failed: nothing is acknowledged until the store was opened again. */
    record WritesFailed(String reason) implements StoreEvent {}

    /** The store takes writes again. */
    record WritesResumed(Duration outage) implements StoreEvent {}

    /** Something that was read is not what was written; it was not used. */
    record DamageFound(String what) implements StoreEvent {}

    /** A batch of changes was synced. */
    record Synced(int changes, long nanos) implements StoreEvent {}
}
