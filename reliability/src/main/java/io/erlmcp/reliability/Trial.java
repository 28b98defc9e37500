package io.erlmcp.reliability;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What one run is made of.
 *
 * @param launch starts the node under test
 * @param seed replays the run
 * @param size how much of the whole
 * @param plant the fault in the program itself, or null
 * @param given what else was said
 */
record Trial(Launch launch, long seed, Size size, @Nullable String plant, Given given) {
    /** How much of the whole is run. */
    enum Size {
        /** In a unit test, and for controls. */
        TINY,
        /** With every change. */
        SMALL,
        /** What the guarantee says. */
        FULL
    }

    /**
     * What only some rows need.
     *
     * @param corpus the public JSON parsing corpus, or null to go without it
     * @param time how long a row goes on that lasts an hour; null for what its size says
     */
    record Given(@Nullable Path corpus, @Nullable Duration time) {
        static final Given NOTHING = new Given(null, null);
    }

    @Nullable Path corpus() {
        return given.corpus();
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

    /** How long to go on: what was asked for, except in a control, else what the size says. */
    Duration time(int tinySeconds, int smallSeconds, int fullSeconds) {
        Duration asked = given.time();
        return asked != null && size != Size.TINY
                ? asked
                : Duration.ofSeconds(pick(tinySeconds, smallSeconds, fullSeconds));
    }

    boolean isPlanted(String name) {
        return name.equals(plant);
    }

    Trial as(Size other, @Nullable String planted) {
        return new Trial(launch, seed, other, planted, given);
    }
}
