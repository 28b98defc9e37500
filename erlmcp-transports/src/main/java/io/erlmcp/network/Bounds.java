package io.erlmcp.network;

import java.time.Duration;

/** What configuration records ask of their numbers; what is refused is named with its limit. */
public final class Bounds {
    private Bounds() {}

    public static void atLeast(String name, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(
                    name + " is " + value + ", must be at least " + least);
        }
    }

    public static void atMost(String name, long value, long most) {
        if (value > most) {
            throw new IllegalArgumentException(name + " is " + value + ", must be at most " + most);
        }
    }

    public static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(
                    "time-out " + name + " is " + value + ", must be positive");
        }
    }
}
