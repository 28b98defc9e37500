package io.erlmcp.node;

import io.erlmcp.guardian.Halts;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.resilience.CallGate;
import io.erlmcp.resilience.Refusal;
import io.erlmcp.runtime.Time;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Tools that were halted by the node, until it ends. */
final class HaltedTools implements Halts, CallGate {
    private final ConcurrentHashMap<String, Refusal> halted = new ConcurrentHashMap<>();

    @Override
    public void halt(ComponentId component, String reason) {
        Refusal refusal =
                new Refusal(
                        Refusal.Kind.HALTED,
                        component,
                        component + " is halted",
                        Time.system().now(),
                        null);
        halted.put(component.path(), refusal);
    }

    @Override
    public @Nullable Refusal check(String method, @Nullable String name) {
        if (halted.isEmpty() || name == null || !method.equals("tools/call")) {
            return null;
        }
        return halted.get("tools/" + name);
    }
}
