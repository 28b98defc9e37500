package io.erlmcp.guardian;

/**
 * What was measured of a resource.
 *
 * @param what which part of it is nearest to its limit, such as {@code heap}
 * @param percent of its limit in use
 * @param hardPercent what of it counts against the hard limit; less where the node can get some of
 *     it back by itself
 * @param isFresh false when nothing new is known since the last look
 */
public record Reading(String what, double percent, double hardPercent, boolean isFresh) {
    /** A reading all of which counts. */
    public static Reading of(String what, double percent) {
        return new Reading(what, percent, percent, true);
    }

    /** A reading of {@code used} out of {@code limit}; 0 where there is no limit. */
    public static Reading of(String what, long used, long limit) {
        return of(what, limit <= 0 ? 0 : 100.0 * used / limit);
    }
}
