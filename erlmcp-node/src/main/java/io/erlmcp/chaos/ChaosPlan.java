package io.erlmcp.chaos;

import java.util.List;

/**
 * What is to be run.
 *
 * @param experiments in this order
 * @param seed for what is left to chance: pauses, and whom it hits
 * @param program starts the nodes
 * @param leavesOutFaults for a control: nothing is done to the nodes, so that no experiment may be
 *     as expected
 */
public record ChaosPlan(
        List<Experiment> experiments, long seed, JavaProgram program, boolean leavesOutFaults) {
    public ChaosPlan {
        experiments = List.copyOf(experiments);
        if (experiments.isEmpty()) {
            throw new IllegalArgumentException("there is no experiment to run");
        }
    }
}
