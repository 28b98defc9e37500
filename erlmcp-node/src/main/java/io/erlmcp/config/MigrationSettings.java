package io.erlmcp.config;

import java.time.Duration;

/**
 * Moving sessions from one store to another; counts where {@code sessions.backend} is migrating.
 */
public record MigrationSettings(
        @Setting(
                        "Where sessions are: memory, or a store's folder, relative to data.dir; the"
                                + " disk backend's is called store.")
                String source,
        @Setting("Where they are to go: a store's folder, relative to data.dir.") String target,
        @Setting(
                        value =
                                "1: both are written, the source is read, the target is filled and"
                                        + " compared. 2: both are written, the target is read, then"
                                        + " the source. 3: the target alone; refused while it lacks"
                                        + " something.",
                        min = "1",
                        max = "3")
                int phase,
        @Setting(
                        value = "How often both stores are compared, entry by entry.",
                        min = "1s",
                        max = "7d")
                Duration checkInterval,
        @Setting(
                        value =
                                "Changes that one of the stores may lack by name after it failed;"
                                        + " beyond, all of it is compared again.",
                        min = "1",
                        max = "10000000")
                int maxPending) {
    public static final MigrationSettings DEFAULTS =
            new MigrationSettings("store", "store-2", 1, Duration.ofMinutes(10), 100_000);

    public MigrationSettings {
        if (target.equals("memory") || target.isBlank()) {
            throw new IllegalArgumentException(
                    "target: \"" + target + "\" must be the folder of a store");
        }
        if (source.isBlank() || source.equals(target)) {
            throw new IllegalArgumentException(
                    "source: \"" + source + "\" must be memory or another folder than target");
        }
    }
}
