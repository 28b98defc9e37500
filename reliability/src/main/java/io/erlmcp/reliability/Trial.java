package io.erlmcp.reliability;

import java.nio.file.Path;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What one run is made of.
 *
 * @param launch starts the node under test
 * @param seed replays the run
 * @param size how much of the whole
 * @param plant the fault in the program itself, or null
 * @param corpus the public JSON parsing corpus, or null to go without it
 */
record Trial(Launch launch, long seed, Size size, @Nullable String plant, @Nullable Path corpus) {
    /** How much of the whole is run. */
    enum Size {
        /** In a unit test, and for controls. */
        TINY,
        /** With every change. */
        SMALL,
        /** What the guarantee says. */
        FULL
    }

    /** Random numbers for one part of the run, the same for the same seed. */
    Random random(String part) {
        return new Random(seed * 31 + part.hashCode());
    }

    int pick(int tiny, int small, int full) {
        return switch (size) {
            case TINY -> tiny;
            case SMALL -> small;
            case FULL -> full;
        };
    }

    boolean isPlanted(String name) {
        return name.equals(plant);
    }

    Trial as(Size other, @Nullable String planted) {
        return new Trial(launch, seed, other, planted, corpus);
    }
}
