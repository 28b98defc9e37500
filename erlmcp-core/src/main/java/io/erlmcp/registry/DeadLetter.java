package io.erlmcp.registry;

import java.time.Instant;

/**
 * What was meant for a name that nobody has.
 *
 * @param at wall-clock time
 * @param what it was, in a few words: never its content
 */
public record DeadLetter(Instant at, String name, String what) {
    /** Longer names and descriptions are cut, so that nobody fills the memory with them. */
    public static final int MAX_LENGTH = 200;

    public DeadLetter {
        name = cut(name);
        what = cut(what);
    }

    private static String cut(String text) {
        return text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH);
    }
}
