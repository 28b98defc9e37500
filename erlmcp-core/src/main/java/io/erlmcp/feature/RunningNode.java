package io.erlmcp.feature;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.ResourceLevel;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The node that runs a plug-in, as far as the plug-in sees and moves it. Safe for use by many
 * threads. {@link #halt}, {@link #save} and {@link #saved} wait for the disk: not for tools that
 * are declared non-blocking.
 */
public interface RunningNode {
    /** How many characters {@link #save} takes at most. */
    int MAX_SAVED = 1 << 20;

    /** How many halts of one plug-in may hold at the same time. */
    int MAX_HALTS = 100;

    /**
     * Pulls the andon cord: from now on nobody calls the component or anything in it, lists leave
     * out what is in it, and it is not started again. That holds over restarts until an operator,
     * who finds the reason on the board, resumes it: a plug-in stops the line, and only people let
     * it go on. Calls in progress go on; what comes through a halted listener or from a halted
     * upstream server ends after {@code drain.timeout}. A halt of {@code node} changes no list, and
     * stops the upstream servers alone. What is halted as hard already stays as it is.
     *
     * @param component as operators write it: {@code tools/}, {@code prompts/} or {@code
     *     resources/} with a name or URI as clients know it, {@code upstreams/github}, {@code
     *     listeners/tcp}, {@code node}
     * @param reason in words, for operators only: 1,000 characters at most
     * @throws IllegalArgumentException when the node has no such component (listeners and upstream
     *     servers come after {@link ToolProvider#started(Catalogs, RunningNode)}), when operators
     *     need it to resume others, when the reason is empty or too long, when the plug-in has
     *     halted {@value #MAX_HALTS} already, or too many are halted
     * @throws IOException when the halt holds, but not all of it was written down: it may end with
     *     the node, or have no receipt; the message says which. A node without a data folder keeps
     *     none, and does not complain
     * @throws IllegalStateException when the node has stopped
     */
    void halt(String component, String reason) throws IOException;

    /**
     * What stops the component: its own halt or one above it; empty while it runs.
     *
     * @param component as for {@link #halt}
     */
    Optional<HaltedComponent> haltOver(String component);

    /** All halts that hold. */
    List<HaltedComponent> halts();

    /**
     * How short the resource is that is shortest: from {@link ResourceLevel#DEGRADED} on the node
     * holds back, and so should whoever has work that can wait.
     */
    ResourceLevel level();

    /**
     * Leaves text to the plug-in's next run, in the place of what was there; it is on the disk when
     * this returns, with a checksum, readable by the node's user alone. It may hold secrets.
     *
     * @param text {@value #MAX_SAVED} characters at most
     * @return false when the node keeps nothing, because it has no data folder
     * @throws IllegalArgumentException when it is too long, or has half a surrogate pair
     * @throws IOException when the disk did not take it
     * @throws IllegalStateException when the node has stopped
     */
    boolean save(String text) throws IOException;

    /**
     * What the plug-in saved last, in this run or one before; empty when there is nothing, or when
     * it is older than {@code andon.saved_state_age} (7 days), and gone now.
     *
     * @throws IOException when it cannot be read, or is not what was saved: then it was moved aside
     */
    Optional<String> saved() throws IOException;

    /**
     * A halt that holds.
     *
     * @param isFatal whether the node or a plug-in decided it, not an operator
     * @param reason in words, for operators only
     * @param who pulled the cord
     */
    record HaltedComponent(
            ComponentId component, boolean isFatal, String reason, String who, Instant since) {}
}
