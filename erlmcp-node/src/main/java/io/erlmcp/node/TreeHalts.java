package io.erlmcp.node;

import io.erlmcp.andon.Andon;
import io.erlmcp.andon.AndonStep;
import io.erlmcp.andon.Category;
import io.erlmcp.andon.Halt;
import io.erlmcp.andon.HaltState;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.recovery.Condition;
import io.erlmcp.recovery.Recovery;
import io.erlmcp.supervision.ComponentState;
import io.erlmcp.supervision.ComponentStatus;
import java.io.IOException;

/**
 * Ties the tree to the andon board: a component of the node that keeps failing is halted there too,
 * so that it stays down when the node is started again, and a resume starts what is down for a
 * halt.
 */
final class TreeHalts {
    private final Andon andon;

    TreeHalts(Andon andon) {
        this.andon = andon;
    }

    /**
     * Halts what failed too often; waits for the disk.
     *
     * @throws IOException when it is not halted, or only as long as this node runs although there
     *     is a data folder
     */
    void halt(ComponentId component, String reason) throws IOException {
        Andon.Result result =
                andon.halt(
                        component,
                        HaltState.HALTED_FATAL,
                        Category.FAILURES,
                        reason,
                        Andon.NODE_ITSELF);
        if (result.outcome() instanceof AndonStep.Outcome.Refused refused) {
            throw new IOException(
                    "it is down, and does not stand on the andon board: " + refused.why());
        }
        if (result.problem() != null) {
            throw new IOException("it holds until this node ends: " + result.problem());
        }
    }

    /**
     * From now on a resume starts what is down, and what it failed before does not count; a halt of
     * a component of the tree is in {@code /health} at once.
     */
    void attach(NodeTree tree, Recovery recovery, NodeRecovery around) {
        andon.onChange(
                outcome -> {
                    if (outcome instanceof AndonStep.Outcome.Halted halted) {
                        Halt halt = halted.halt();
                        // what recovery halts it shows itself, with what it failed for
                        if (halt.category() != Category.FAILURES && isOf(tree, halt.component())) {
                            String why = "halted: " + halt.category().text();
                            around.show(halt.component(), Condition.HALTED, why);
                        }
                    } else if (outcome instanceof AndonStep.Outcome.Resumed resumed) {
                        ComponentId component = resumed.stop().halt().component();
                        recovery.resumed(component);
                        around.resumed(component);
                        if (isOf(tree, component)) {
                            around.show(component, Condition.FINE, "");
                        }
                        start(tree, component);
                    }
                });
    }

    private static boolean isOf(NodeTree tree, ComponentId component) {
        return tree.states().stream()
                .flatMap(ComponentState::all)
                .map(ComponentState::id)
                .anyMatch(component::equals);
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
