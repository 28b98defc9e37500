package io.erlmcp.node;

import io.erlmcp.andon.Andon;
import io.erlmcp.andon.AndonStep;
import io.erlmcp.andon.Category;
import io.erlmcp.andon.ComponentState;
import io.erlmcp.andon.Components;
import io.erlmcp.andon.Halt;
import io.erlmcp.andon.HaltState;
import io.erlmcp.andon.SavedStates;
import io.erlmcp.feature.RunningNode;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.ResourceLevel;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * This node, as one plug-in sees it: what the plug-in does is signed with its name.
 *
 * <p>Process model: what touches the disk runs on a platform thread of its own, for which the
 * caller waits: threads of calls are interrupted at any time, and a file that is written by one
 * would be closed under it.
 */
final class PluginNode implements RunningNode {
    private final ComponentId plugin;
    private final Parts parts;

    /**
     * What it stands for.
     *
     * @param states null where nothing is kept
     * @param isKnown whether the node has a component
     * @param hasStopped from then on the files are another node's
     */
    record Parts(
            Andon andon,
            @Nullable SavedStates states,
            Predicate<ComponentId> isKnown,
            Supplier<ResourceLevel> level,
            BooleanSupplier hasStopped) {}

    /**
     * @param plugin as whom it acts and saves
     */
    PluginNode(ComponentId plugin, Parts parts) {
        this.plugin = plugin;
        this.parts = parts;
    }

    @Override
    public void halt(String component, String reason) throws IOException {
        ComponentId halted = Components.parse(component);
        check(halted, reason);
        if (parts.andon().state(halted) == HaltState.HALTED_FATAL) {
            return;
        }
        Andon.Result result =
                aside(
                        () ->
                                parts.andon()
                                        .halt(
                                                halted,
                                                HaltState.HALTED_FATAL,
                                                Category.INCIDENT,
                                                reason,
                                                plugin.path()));
        if (result.outcome() instanceof AndonStep.Outcome.Refused refused) {
            throw new IllegalArgumentException(halted + " is not halted: " + refused.why());
        }
        if (result.problem() != null) {
            throw new IOException(halted + " is halted, but: " + result.problem());
        }
    }

    private void check(ComponentId component, String reason) {
        if (Cord.isVital(component)) {
            throw new IllegalArgumentException(
                    component + " cannot be halted: it is what operators resume with");
        }
        if (!parts.isKnown().test(component)) {
            throw new IllegalArgumentException(
                    component + " cannot be halted: the node has no such component");
        }
        if (reason.isBlank()) {
            throw new IllegalArgumentException(
                    "a halt of " + component + " needs a reason: operators have to act on it");
        }
        long its =
                parts.andon().halts().stream()
                        .filter(halt -> halt.who().equals(plugin.path()))
                        .count();
        if (its >= MAX_HALTS) {
            throw new IllegalArgumentException(
                    component
                            + " is not halted: "
                            + its
                            + " halts of "
                            + plugin
                            + " hold, at most "
                            + MAX_HALTS
                            + " may");
        }
    }

    @Override
    public Optional<HaltedComponent> haltOver(String component) {
        return Optional.ofNullable(parts.andon().haltOver(Components.parse(component)))
                .map(PluginNode::shown);
    }

    @Override
    public List<HaltedComponent> halts() {
        return parts.andon().halts().stream().map(PluginNode::shown).toList();
    }

    private static HaltedComponent shown(Halt halt) {
        return new HaltedComponent(
                halt.component(),
                halt.state() == HaltState.HALTED_FATAL,
                halt.reason(),
                halt.who(),
                halt.since());
    }

    @Override
    public ResourceLevel level() {
        return parts.level().get();
    }

    @Override
    public boolean save(String text) throws IOException {
        if (text.length() > MAX_SAVED) {
            throw new IllegalArgumentException(
                    plugin
                            + " saves "
                            + text.length()
                            + " characters, at most "
                            + MAX_SAVED
                            + " are allowed");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException(plugin + " saves half a surrogate pair");
        }
        SavedStates states = parts.states();
        if (states == null) {
            return false;
        }
        return aside(
                () -> {
                    states.save(ComponentState.of(plugin, Time.system().now(), text));
                    return true;
                });
    }

    @Override
    public Optional<String> saved() throws IOException {
        SavedStates states = parts.states();
        return states == null
                ? Optional.empty()
                : aside(() -> states.load(plugin).map(ComponentState::own));
    }

    private <T> T aside(Callable<T> work) throws IOException {
        if (parts.hasStopped().getAsBoolean()) {
            throw new IllegalStateException("the node has stopped");
        }
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = Threads.startPlatform("files of " + plugin, task);
        boolean isInterrupted = false;
        try {
            while (true) {
                try {
                    thread.join();
                    return task.get();
                } catch (InterruptedException e) {
                    isInterrupted = true;
                }
            }
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failed -> throw failed;
                case RuntimeException failed -> throw failed;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
