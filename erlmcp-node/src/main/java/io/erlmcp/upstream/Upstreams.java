package io.erlmcp.upstream;

import io.erlmcp.observability.ComponentId;
import java.util.List;
import java.util.Optional;

/** All upstream servers of a node. Thread-safe. */
public final class Upstreams {
    private final List<Upstream> all;
    private final Claims claims;

    public Upstreams(List<UpstreamSettings> settings, Upstream.Surroundings around) {
        claims = around.claims();
        all = settings.stream().map(it -> new Upstream(it, around)).toList();
    }

    public List<Upstream> all() {
        return all;
    }

    /** How many are there now. */
    public int up() {
        return (int) all.stream().filter(Upstream::isUp).count();
    }

    /**
     * The upstream server behind a tool, prompt or resource of the node's lists, or behind one that
     * it took out of them: calls of that may still run. One look into a map, for it is asked for
     * every call while something is halted. A URI that a template made is in no list.
     */
    public Optional<ComponentId> behind(String method, String name) {
        return switch (method) {
            case "tools/call" -> claims.owner("tool", name);
            case "prompts/get" -> claims.owner("prompt", name);
            case "resources/read" -> claims.owner("uri", name);
            default -> Optional.empty();
        };
    }

    /** What is held until an operator accepts its definition. */
    public List<HeldDefinition> held() {
        return all.stream().flatMap(it -> it.held().stream()).toList();
    }

    /** Offers what is held; false when its definition is another by now. */
    public boolean accept(HeldDefinition held) {
        return all.stream()
                .filter(it -> it.component().equals(held.upstream()))
                .anyMatch(it -> it.accept(held));
    }
}
