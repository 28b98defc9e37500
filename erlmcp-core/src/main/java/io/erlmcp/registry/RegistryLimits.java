package io.erlmcp.registry;

/**
 * What a registry holds at most.
 *
 * @param maxNames one more is refused
 * @param maxDeadLetters the oldest ones are forgotten
 */
public record RegistryLimits(int maxNames, int maxDeadLetters) {
    public static final RegistryLimits DEFAULTS = new RegistryLimits(100_000, 1000);

    public RegistryLimits {
        if (maxNames < 1 || maxDeadLetters < 0) {
            throw new IllegalArgumentException(
                    "a registry needs at least 1 name and 0 dead letters: "
                            + maxNames
                            + ", "
                            + maxDeadLetters);
        }
    }
}
