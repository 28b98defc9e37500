package io.erlmcp.recovery;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.supervision.Intensity;
import io.erlmcp.supervision.RestartPause;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The rest of a node, as recovery sees it. */
final class FakeNode implements Neighbours, Evidence {
    volatile RestartLimits limits =
            new RestartLimits(
                    new Intensity(5, Duration.ofSeconds(60)),
                    new RestartPause(Duration.ofMillis(1), Duration.ofMillis(2)));
    final List<String> halts = new CopyOnWriteArrayList<>();
    final List<String> heldBack = new CopyOnWriteArrayList<>();
    final List<String> receipts = new CopyOnWriteArrayList<>();
    final Map<ComponentId, Condition> shown = new ConcurrentHashMap<>();
    volatile boolean isBroken;
    volatile List<Decision> earlier = List.of();

    @Override
    public RestartLimits limits(ComponentId component) {
        return limits;
    }

    @Override
    public Duration refused(ComponentId component) {
        return Duration.ZERO;
    }

    @Override
    public List<ComponentId> needs(ComponentId component) {
        return List.of();
    }

    @Override
    public void show(ComponentId component, Condition condition, String detail) {
        shown.put(component, condition);
    }

    @Override
    public List<ComponentId> carries(ComponentId component) {
        return List.of(ComponentId.of("tools", "x"));
    }

    @Override
    public void holdBack(ComponentId component, Shortage shortage) {
        heldBack.add(component + ": " + shortage);
    }

    @Override
    public void halt(ComponentId component, String reason) throws IOException {
        if (isBroken) {
            throw new IOException("no disk");
        }
        halts.add(component + ": " + reason);
    }

    @Override
    public void receipt(String action, ComponentId component, JsonObject details) {
        receipts.add(action + ' ' + component + ' ' + details.toJson());
    }

    @Override
    public List<Decision> earlierDecisions(int most) {
        return earlier;
    }

    @Override
    public List<String> errorLines(ComponentId component) {
        if (isBroken) {
            throw new IllegalStateException("nothing to see");
        }
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            lines.add("line " + i);
        }
        lines.add("password=hunter2 and sesame");
        return lines;
    }

    @Override
    public List<String> logLines() {
        return List.of("x".repeat(10_000));
    }

    @Override
    public List<String> metrics(ComponentId component) {
        return List.of("m{component=\"a\"} 1");
    }

    @Override
    public List<String> threads() {
        return List.of("main RUNNABLE");
    }
}
