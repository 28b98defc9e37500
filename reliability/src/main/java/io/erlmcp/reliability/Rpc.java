package io.erlmcp.reliability;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Messages as this program writes them by hand: it must not trust the codecs of the product. */
final class Rpc {
    static final String MODERN = "2026-07-28";
    static final String LEGACY = "2025-11-25";
    static final String INITIALIZED =
            "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
    private static final String PREFIX = "io.modelcontextprotocol/";

    private Rpc() {}

    static JsonObject legacy(Object id, String method, JsonObject params) {
        return JsonObject.of("jsonrpc", "2.0", "id", id, "method", method, "params", params);
    }

    /** A request with the envelope of the modern era. */
    static JsonObject modern(Object id, String method, JsonObject params) {
        JsonObject meta =
                JsonObject.of(
                        PREFIX + "protocolVersion",
                        MODERN,
                        PREFIX + "clientCapabilities",
                        JsonObject.EMPTY,
                        PREFIX + "clientInfo",
                        JsonObject.of("name", "reliability", "version", "1"));
        return legacy(id, method, params.with("_meta", meta));
    }

    static JsonObject initialize(Object id) {
        return legacy(
                id,
                "initialize",
                JsonObject.of(
                        "protocolVersion",
                        LEGACY,
                        "capabilities",
                        JsonObject.EMPTY,
                        "clientInfo",
                        JsonObject.of("name", "reliability", "version", "1")));
    }

    static JsonObject call(String tool, JsonObject arguments) {
        return JsonObject.of("name", tool, "arguments", arguments);
    }

    static JsonObject sleep(long millis) {
        return call("sleep", JsonObject.of("ms", millis));
    }

    static byte[] bytes(JsonObject message) {
        return message.toJson().getBytes(StandardCharsets.UTF_8);
    }

    /** The text of a tool's result when it is a success of {@code id}, else null. */
    static @Nullable String text(JsonObject answer, JsonValue id) {
        if (!id.equals(answer.get("id")) || answer.has("error")) {
            return null;
        }
        JsonObject result = answer.object("result").orElse(JsonObject.EMPTY);
        if (result.bool("isError").orElse(false)) {
            return null;
        }
        return result.array("content")
                .filter(content -> content.size() == 1 && content.get(0) instanceof JsonObject)
                .flatMap(content -> ((JsonObject) content.get(0)).string("text"))
                .orElse(null);
    }
}
