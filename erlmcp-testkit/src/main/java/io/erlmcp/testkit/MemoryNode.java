package io.erlmcp.testkit;

import io.erlmcp.feature.RunningNode;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.ResourceLevel;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * A node for tests of plug-ins: what a plug-in halts and saves is kept in memory, where a test
 * finds it. It refuses what a real node refuses of every component; which components there are it
 * does not know, and it never fails. Thread-safe.
 */
public final class MemoryNode implements RunningNode {
    private static final int MAX_REASON = 1_000;

    private final String plugin;
    private final ConcurrentMap<String, HaltedComponent> halts = new ConcurrentHashMap<>();
    private volatile ResourceLevel level = ResourceLevel.NORMAL;
    private volatile @Nullable String saved;

    /**
     * @param plugin as whom it halts, such as {@code plugins/com.example.Weather}
     */
    public MemoryNode(String plugin) {
        this.plugin = plugin;
    }

    /** From now on its shortest resource is this short. */
    public void becomes(ResourceLevel now) {
        level = now;
    }

    /** An operator resumes a component; false when it was not halted. */
    public boolean resume(String component) {
        return halts.remove(component) != null;
    }

    @Override
    public void halt(String component, String reason) {
        if (component.equals("listeners")
                || component.equals("listeners/admin")
                || component.startsWith("listeners/admin/")) {
            throw new IllegalArgumentException(
                    component + " cannot be halted: it is what operators resume with");
        }
        if (reason.isBlank() || reason.length() > MAX_REASON) {
            throw new IllegalArgumentException(
                    "a halt of "
                            + component
                            + " needs a reason of 1 to "
                            + MAX_REASON
                            + " characters, this one has "
                            + reason.length());
        }
        if (halts.size() >= MAX_HALTS && !halts.containsKey(component)) {
            throw new IllegalArgumentException(
                    component + " is not halted: at most " + MAX_HALTS + " halts may hold");
        }
        halts.putIfAbsent(
                component,
                new HaltedComponent(plain(component), true, reason, plugin, Instant.now()));
    }

    /** A name or URI may have what no path has. */
    private static ComponentId plain(String component) {
        int slash = component.indexOf('/');
        return slash < 0
                ? new ComponentId(component)
                : ComponentId.of(
                        component.substring(0, slash),
                        component.substring(slash + 1).replaceAll("[^A-Za-z0-9_.-]", "_"));
    }

    @Override
    public Optional<HaltedComponent> haltOver(String component) {
        return halts.entrySet().stream()
                .filter(it -> isOver(it.getKey(), component))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static boolean isOver(String halted, String component) {
        return halted.equals("node")
                || component.equals(halted)
                || component.startsWith(halted + '/');
    }

    @Override
    public List<HaltedComponent> halts() {
        return List.copyOf(halts.values());
    }

    @Override
    public ResourceLevel level() {
        return level;
    }

    @Override
    public boolean save(String text) {
        if (text.length() > MAX_SAVED) {
            throw new IllegalArgumentException(
                    plugin
                            + " saves "
                            + text.length()
                            + " characters, at most "
                            + MAX_SAVED
                            + " are allowed");
        }
        saved = Objects.requireNonNull(text);
        return true;
    }

    @Override
    public Optional<String> saved() {
        return Optional.ofNullable(saved);
    }
}
