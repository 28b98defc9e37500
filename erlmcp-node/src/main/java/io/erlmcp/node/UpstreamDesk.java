package io.erlmcp.node;

import io.erlmcp.admin.UpstreamPages;
import io.erlmcp.andon.Andon;
import io.erlmcp.andon.Halt;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.upstream.HeldDefinition;
import io.erlmcp.upstream.Upstream;
import io.erlmcp.upstream.Upstreams;
import java.io.IOException;
import java.util.List;

/** What operators do to upstream servers; each leaves its receipt first. */
record UpstreamDesk(Upstreams upstreams, Andon andon) implements UpstreamPages.Desk {
    private static final String ACTION = "upstreams.accept";

    @Override
    public JsonObject describe() {
        return JsonObject.of(
                "upstreams", JsonArray.of(upstreams.all().stream().map(this::describe).toArray()));
    }

    /** One that is down because it is halted says so. */
    private JsonObject describe(Upstream upstream) {
        JsonObject all = upstream.describe();
        Halt halt = andon.haltOver(upstream.component());
        if (halt == null || all.string("reason").isEmpty()) {
            return all;
        }
        return all.with("reason", halt.message() + "; " + all.requireString("reason"));
    }

    @Override
    public JsonObject held() {
        return JsonObject.of(
                "held",
                JsonArray.of(upstreams.held().stream().map(HeldDefinition::json).toArray()));
    }

    @Override
    public String accept(String upstream, String tool, String sha256, String who)
            throws IOException {
        List<HeldDefinition> found =
                upstreams.held().stream()
                        .filter(it -> it.upstream().path().equals(upstream))
                        .filter(it -> it.name().equals(tool))
                        .toList();
        if (found.isEmpty()) {
            return upstream
                    + " has no tool \""
                    + tool
                    + "\" whose changed definition is held, and no prompt";
        }
        // a tool and a prompt may have the same name, never the same definition
        HeldDefinition held =
                found.stream()
                        .filter(it -> it.sha256().equals(sha256))
                        .findFirst()
                        .orElse(found.getFirst());
        if (!held.sha256().equals(sha256)) {
            return another(held, sha256);
        }
        andon.receipts()
                .write(
                        who,
                        ACTION,
                        held.upstream(),
                        JsonObject.of("kind", held.kind(), "tool", tool, "sha256", sha256));
        return upstreams.accept(held) ? "" : another(held, sha256);
    }

    private static String another(HeldDefinition held, String sha256) {
        return held.upstream()
                + ": the definition of "
                + held.name()
                + " that is held is not "
                + sha256
                + "; look at it again";
    }
}
