package io.erlmcp.upstream;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import java.util.function.Function;

/**
 * A tool or prompt that is not offered because its definition changed.
 *
 * @param kind {@code tool} or {@code prompt}
 * @param name as the server gives it
 * @param sha256 of the definition that waits, so that what is accepted is what was looked at
 * @param before as it was first seen, or last accepted; of one that was seen in an earlier run of
 *     the node only its {@code sha256} is left
 * @param now as the server lists it
 */
public record HeldDefinition(
        ComponentId upstream,
        String kind,
        String name,
        String sha256,
        JsonObject before,
        JsonObject now) {
    static <T> HeldDefinition of(
            ComponentId upstream,
            String kind,
            String name,
            Shelf.Held<T> held,
            Function<T, JsonObject> json) {
        T before = held.before().definition();
        return new HeldDefinition(
                upstream,
                kind,
                name,
                held.sha256(),
                before == null
                        ? JsonObject.of("sha256", held.before().sha256())
                        : json.apply(before),
                json.apply(held.now()));
    }

    /** For operators, with both definitions. */
    public JsonObject json() {
        return JsonObject.builder()
                .put("upstream", upstream.path())
                .put("kind", kind)
                .put("tool", name)
                .put("sha256", sha256)
                .put("definitions", JsonObject.of("before", before, "now", now))
                .build();
    }
}
