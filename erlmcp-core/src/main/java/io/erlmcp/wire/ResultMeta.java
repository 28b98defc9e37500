package io.erlmcp.wire;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.Implementation;
import org.jspecify.annotations.Nullable;

/**
 * What goes into the {@code _meta} of a result beside the handler's own: the server's name, in the
 * modern era.
 */
public record ResultMeta(@Nullable Implementation serverInfo, JsonObject extra) {
    public static final ResultMeta NONE = new ResultMeta(null, JsonObject.EMPTY);
}
