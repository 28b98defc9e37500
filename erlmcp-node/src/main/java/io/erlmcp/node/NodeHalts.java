package io.erlmcp.node;

import io.erlmcp.andon.Andon;
import io.erlmcp.andon.Category;
import io.erlmcp.andon.Components;
import io.erlmcp.andon.HaltState;
import io.erlmcp.guardian.Halts;
import io.erlmcp.observability.ComponentId;
import org.jspecify.annotations.Nullable;

/** Halts by the node itself: they stand on the andon board, and only an operator ends them. */
final class NodeHalts implements Halts {
    private volatile @Nullable Andon andon;

    /** From now on there is a board. */
    void on(Andon board) {
        andon = board;
    }

    /** A tool by its name, which may have what no path of a component has. */
    void haltTool(String tool, String reason) {
        halt(Components.tool(tool), reason);
    }

    @Override
    public void halt(ComponentId component, String reason) {
        Andon board = andon;
        if (board == null) {
            throw new IllegalStateException("nothing runs yet that could be halted");
        }
        Category category =
                component.equals(ComponentId.NODE) ? Category.RESOURCES : Category.RUNAWAY;
        Andon.Result result =
                board.halt(component, HaltState.HALTED_FATAL, category, reason, Andon.NODE_ITSELF);
        if (!result.isKept() && result.problem() != null) {
            throw new IllegalStateException(
                    "the halt of " + component + " is not kept: " + result.problem());
        }
    }
}
