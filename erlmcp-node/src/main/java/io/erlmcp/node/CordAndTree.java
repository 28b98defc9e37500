package io.erlmcp.node;

import io.erlmcp.andon.Andon;
import io.erlmcp.andon.AndonStep;
import io.erlmcp.andon.Category;
import io.erlmcp.andon.Components;
import io.erlmcp.andon.Work;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.supervision.ComponentState;
import io.erlmcp.supervision.ComponentStatus;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The andon cord and the tree: what is halted is stopped once its calls have ended, and what is
 * resumed is started. {@link TreeHalts} is the way back: what keeps failing is halted.
 *
 * <p>Process model: a virtual thread for each halt of a component of the tree, which ends when the
 * component was told to stop; made by the {@link Node}.
 */
final class CordAndTree {
    private static final long LOOK_NANOS = Duration.ofMillis(10).toNanos();

    private final Andon andon;
    private final Work work;
    private final NodeTree tree;
    private final Listeners listeners;
    private final Duration patience;
    private final Predicate<ComponentId> isDraining;

    /**
     * @param listeners of the tree: one that is halted lets its calls end, and nothing more in
     * @param patience how long calls in progress keep a component that was halted from stopping
     * @param isDraining whether a drain is under way, which has a time of its own
     */
    CordAndTree(
            Andon andon,
            Work work,
            NodeTree tree,
            Listeners listeners,
            Duration patience,
            Predicate<ComponentId> isDraining) {
        this.andon = andon;
        this.isDraining = isDraining;
        this.work = work;
        this.tree = tree;
        this.listeners = listeners;
        this.patience = patience;
        andon.onChange(this::changed);
    }

    /** The components of the tree. */
    Stream<ComponentId> components() {
        return tree.states().stream().flatMap(ComponentState::all).map(ComponentState::id);
    }

    private void changed(AndonStep.Outcome outcome) {
        switch (outcome) {
            case AndonStep.Outcome.Halted it -> {
                // what is halted for its failures has been left down by the tree itself
                if (it.halt().category() != Category.FAILURES) {
                    halted(inTree(it.halt().component()));
                }
            }
            case AndonStep.Outcome.Resumed it -> resumed(inTree(it.stop().halt().component()));
            case AndonStep.Outcome.AlreadyHalted it -> {}
            case AndonStep.Outcome.NotHalted it -> {}
            case AndonStep.Outcome.NeedsAnalysis it -> {}
            case AndonStep.Outcome.Refused it -> {}
        }
    }

    /**
     * What stops and starts with {@code component}: with the whole node, the servers behind it;
     * whatever else runs has to say that it is halted.
     */
    private static ComponentId inTree(ComponentId component) {
        return component.equals(ComponentId.NODE) ? Components.UPSTREAMS : component;
    }

    private boolean isInTree(ComponentId component) {
        return components().anyMatch(component::equals);
    }

    private void halted(ComponentId component) {
        if (isInTree(component)) {
            Threads.startVirtual("stop " + component, () -> stopWhenIdle(component));
        }
    }

    private void stopWhenIdle(ComponentId component) {
        boolean isListener = andon.isHalted(component) && listeners.stopAccepting(component);
        long end = Time.system().nanos() + patience.toNanos();
        while (work.inFlight(component).running() > 0
                && (Time.system().nanos() - end < 0 || isUnderWay(component))) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        if (isListener) {
            work.cut(component); // what had its time is told so, before its connection ends
        }
        // a listener that was resumed meanwhile has let in nothing since: it begins anew
        if ((andon.isHalted(component) || listeners.isClosing(component)) && !isDown(component)) {
            tree.root().stop(component);
            if (!andon.isHalted(component)) { // resumed meanwhile: that start came before the stop
                tree.root().start(component);
            }
        }
    }

    /** Whether it, or the whole node, is drained: that has a time of its own. */
    private boolean isUnderWay(ComponentId component) {
        return isDraining.test(component) || isDraining.test(ComponentId.NODE);
    }

    /** What the tree has halted by itself is down already. */
    private boolean isDown(ComponentId component) {
        return tree.states().stream()
                .flatMap(ComponentState::all)
                .anyMatch(it -> it.id().equals(component) && it.status() == ComponentStatus.HALTED);
    }

    private void resumed(ComponentId component) {
        if (isInTree(component) && !andon.isHalted(component)) {
            tree.root().start(component);
        }
    }
}
