package io.erlmcp.andon;

import java.time.Duration;
import java.time.Instant;

/**
 * A stop that is over.
 *
 * @param analysis what was learned; {@link Analysis#NONE} where nothing was written down
 * @param isForced resumed although an analysis was asked for
 * @param resumedBy who let it go on
 */
public record Stop(
        Halt halt, Instant ended, Analysis analysis, boolean isForced, String resumedBy) {
    /** How long it held; never negative, whatever the clock did. */
    public Duration lasted() {
        Duration lasted = Duration.between(halt.since(), ended);
        return lasted.isNegative() ? Duration.ZERO : lasted;
    }
}
