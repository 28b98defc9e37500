package io.erlmcp.andon;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.resilience.Refusal;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The halts as calls see them: made when they change, looked up without a lock. While nothing is
 * halted a look allocates nothing.
 */
final class HaltView {
    /** Nothing is halted. */
    static final HaltView OPEN = new HaltView(Map.of());

    private final Map<String, Refusal> byPath;
    private final boolean isOpen;
    private final @Nullable Refusal whole;

    private HaltView(Map<String, Refusal> byPath) {
        this.byPath = byPath;
        this.isOpen = byPath.isEmpty();
        this.whole = byPath.get(ComponentId.NODE.path());
    }

    static HaltView of(Board board) {
        if (board.halts().isEmpty()) {
            return OPEN;
        }
        Map<String, Refusal> byPath = new HashMap<>();
        for (Halt halt : board.halts().values()) {
            byPath.put(
                    halt.component().path(),
                    new Refusal(
                            Refusal.Kind.HALTED,
                            halt.component(),
                            halt.message(),
                            halt.since(),
                            null));
        }
        return new HaltView(byPath);
    }

    boolean isOpen() {
        return isOpen;
    }

    /**
     * @param owner for method and name, the component that stands behind what is called, such as an
     *     upstream server; null for none
     * @param door through which the request came; null for none
     */
    @Nullable Refusal check(
            String method,
            @Nullable String name,
            BiFunction<String, String, @Nullable ComponentId> owner,
            @Nullable ComponentId door) {
        if (isOpen) {
            return null;
        }
        String kind = kind(method);
        if (kind == null) {
            return null;
        }
        if (whole != null) {
            return whole;
        }
        Refusal way = door == null ? null : over(door);
        if (way != null || name == null || kind.isEmpty()) {
            return way;
        }
        Refusal own = over(Components.of(kind, name));
        if (own != null) {
            return own;
        }
        ComponentId behind = owner.apply(method, name);
        return behind == null ? null : over(behind);
    }

    /** Why a component is not called; null while neither it nor what it lies in is halted. */
    @Nullable Refusal refusal(ComponentId component) {
        return isOpen ? null : whole != null ? whole : over(component);
    }

    /** The refusal of the component or of the nearest that it lies in. */
    private @Nullable Refusal over(ComponentId component) {
        String path = component.path();
        while (true) {
            Refusal refusal = byPath.get(path);
            int slash = path.lastIndexOf('/');
            if (refusal != null || slash < 0) {
                return refusal;
            }
            path = path.substring(0, slash);
        }
    }

    /** Whether lists leave out {@code name}; a halt of the whole node changes no list. */
    boolean hides(String kind, String name) {
        return !isOpen && over(Components.of(kind, name)) != null;
    }

    /** The kind of component that runs for a method; null for those that run no user code. */
    private static @Nullable String kind(String method) {
        return switch (method) {
            case "tools/call" -> Components.TOOLS;
            case "prompts/get" -> Components.PROMPTS;
            case "resources/read" -> Components.RESOURCES;
            case "completion/complete" -> "";
            default -> null;
        };
    }

    /** Whether a request of a method and a name calls {@code component} or something in it. */
    static boolean isCallOf(
            ComponentId component,
            String method,
            @Nullable String name,
            BiFunction<String, String, @Nullable ComponentId> owner) {
        ComponentId called = called(method, name);
        if (called == null) {
            return component.equals(ComponentId.NODE) && method.equals("completion/complete");
        }
        if (called.isWithin(component)) {
            return true;
        }
        ComponentId behind = name == null ? null : owner.apply(method, name);
        return behind != null && behind.isWithin(component);
    }

    /** The component that a request of this method and name calls; null for none. */
    private static @Nullable ComponentId called(String method, @Nullable String name) {
        String kind = kind(method);
        return kind == null || kind.isEmpty() || name == null ? null : Components.of(kind, name);
    }
}
