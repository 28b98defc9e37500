package io.erlmcp.reliability;

import java.util.List;

/** One row of the guarantees under fault, as a program. */
interface Guarantee {
    /** The row: {@code R13}. */
    String id();

    /** What must hold, in one line. */
    String title();

    /**
     * The faults that can be planted into the program itself; with each of them the row must fail.
     */
    List<String> plants();

    /** Runs once; with a plant of {@link Trial#plant}, which must show as failures. */
    void run(Trial trial, Findings findings) throws Exception;
}
