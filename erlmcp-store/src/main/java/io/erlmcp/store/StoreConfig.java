package io.erlmcp.store;

import io.erlmcp.session.SessionLimits;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Where the store is, and its bounds.
 *
 * @param folder made when it is missing; belongs to one process at a time
 * @param events bounds of one session's event log
 * @param maxValues entries of the key-value store
 * @param maxWaiting changes, and reads, that may wait for the disk; more are refused
 * @param patience how long a caller waits for the disk before it is told to come back later
 * @param retry pause between attempts to open the store again after a write failed
 */
public record StoreConfig(
        Path folder,
        SessionLimits.EventBounds events,
        int maxValues,
        int maxWaiting,
        Duration patience,
        Duration retry) {
    public StoreConfig {
        if (maxValues < 1 || maxWaiting < 1) {
            throw new IllegalArgumentException(
                    "store bounds must be positive: " + maxValues + ", " + maxWaiting);
        }
        if (!patience.isPositive() || !retry.isPositive()) {
            throw new IllegalArgumentException(
                    "store durations must be positive: " + patience + ", " + retry);
        }
    }

    /** The usual bounds. */
    public static StoreConfig in(Path folder) {
        return new StoreConfig(
                folder,
                SessionLimits.DEFAULTS.events(),
                10_000,
                20_000,
                Duration.ofSeconds(30),
                Duration.ofSeconds(1));
    }

    /** With other bounds of event logs. */
    public StoreConfig withEvents(SessionLimits.EventBounds bounds) {
        return new StoreConfig(folder, bounds, maxValues, maxWaiting, patience, retry);
    }

    /** With so many entries of the key-value store at most. */
    public StoreConfig withMaxValues(int max) {
        return new StoreConfig(folder, events, max, maxWaiting, patience, retry);
    }

    /** With callers who wait for that long. */
    public StoreConfig withPatience(Duration longest) {
        return new StoreConfig(folder, events, maxValues, maxWaiting, longest, retry);
    }
}
