package io.erlmcp.node;

import io.erlmcp.andon.Andon;
import io.erlmcp.andon.AndonStep;
import io.erlmcp.andon.Category;
import io.erlmcp.andon.HaltState;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Threads;
import io.erlmcp.supervision.ComponentState;
import io.erlmcp.supervision.ComponentStatus;
import io.erlmcp.supervision.RestartAdvice;
import io.erlmcp.supervision.SupervisionEvent;

/**
 * Ties the tree to the andon board: a component of the node that keeps failing is halted there too,
 * so that it stays down when the node is started again, and a resume starts what is down for a
 * halt.
 *
 * <p>Process model: a halt is written on a virtual thread of its own, because the supervisor must
 * not wait for a disk.
 */
final class TreeHalts implements Observer {
    private final Andon andon;

    TreeHalts(Andon andon) {
        this.andon = andon;
    }

    @Override
    public void on(Event event) {
        // upstream servers have a breaker and answers of their own
        if (event instanceof SupervisionEvent.Failed failed
                && failed.advice() instanceof RestartAdvice.Halt halt
                && !failed.component().isWithin(UpstreamBranch.ID)) {
            Threads.startVirtual(
                    "halt " + failed.component(), () -> halt(failed.component(), halt.reason()));
        }
    }

    private void halt(ComponentId component, String reason) {
        andon.halt(component, HaltState.HALTED_FATAL, Category.INCIDENT, reason, Andon.NODE_ITSELF);
    }

    /** From now on a resume starts what is down. */
    void attach(NodeTree tree) {
        andon.onChange(
                outcome -> {
                    if (outcome instanceof AndonStep.Outcome.Resumed resumed) {
                        start(tree, resumed.stop().halt().component());
                    }
                });
    }

    private static void start(NodeTree tree, ComponentId resumed) {
        tree.states().stream()
                .flatMap(ComponentState::all)
                .filter(it -> it.status() == ComponentStatus.HALTED)
                .map(ComponentState::id)
                .filter(it -> it.isWithin(resumed))
                .forEach(it -> tree.root().start(it));
    }
}
