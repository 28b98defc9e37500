package io.erlmcp.upstream;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import java.util.List;
import java.util.Optional;

/** All upstream servers of a node. Thread-safe. */
public final class Upstreams {
    private final List<Upstream> all;

    public Upstreams(List<UpstreamSettings> settings, Upstream.Surroundings around) {
        all = settings.stream().map(it -> new Upstream(it, around)).toList();
    }

    public List<Upstream> all() {
        return all;
    }

    /** How many are there now. */
    public int up() {
        return (int) all.stream().filter(Upstream::isUp).count();
    }

    /** The upstream server behind a tool of the node's list. */
    public Optional<ComponentId> behind(String tool) {
        return all.stream()
                .filter(it -> it.toolNames().contains(tool))
                .map(Upstream::component)
                .findFirst();
    }

    /** Tools that are held until an operator accepts their definitions. */
    public List<HeldTool> held() {
        return all.stream().flatMap(it -> it.held().stream()).toList();
    }

    /** Offers a held tool; false when its definition is another by now. */
    public boolean accept(HeldTool tool) {
        return all.stream()
                .filter(it -> it.component().equals(tool.upstream()))
                .anyMatch(it -> it.accept(tool));
    }

    /** How they are, for operators. */
    public JsonObject describe() {
        return JsonObject.of(
                "upstreams", JsonArray.of(all.stream().map(Upstream::describe).toArray()));
    }
}
