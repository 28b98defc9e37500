package io.erlmcp.andon;

import io.erlmcp.observability.ComponentId;
import java.time.Instant;

/**
 * A stop that holds.
 *
 * @param number of its event on the board, never used twice
 * @param state manual or fatal, never normal
 * @param reason in words, for operators only
 * @param who pulled the cord
 */
public record Halt(
        long number,
        ComponentId component,
        HaltState state,
        Category category,
        String reason,
        String who,
        Instant since) {
    public Halt {
        if (state == HaltState.NORMAL) {
            throw new IllegalArgumentException(component + ": a halt cannot be normal");
        }
    }

    /** What may be told to a caller. */
    public String message() {
        return component + " is halted since " + since + ": " + category.text();
    }

    /** How heavy it is; a heavier one takes the place of a lighter one. */
    int weight() {
        return (state == HaltState.HALTED_FATAL ? 2 : 0) + (category.isTrouble() ? 1 : 0);
    }

    Halt as(HaltState heavier, Category why, String words, String by) {
        return new Halt(number, component, heavier, why, words, by, since);
    }

    /** Whether it stops the whole node. */
    boolean isWhole() {
        return component.equals(ComponentId.NODE);
    }
}
