package io.erlmcp.bench;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.Era;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The messages that a plan asks with, as text for {@link RequestBytes}. */
final class Messages {
    private static final String MODERN_REVISION = "2026-07-28";
    private static final String LEGACY_REVISION = "2025-11-25";
    private static final Set<String> LEGACY_REVISIONS =
            Set.of("2024-11-05", "2025-03-26", "2025-06-18", LEGACY_REVISION);
    private static final String META = "io.modelcontextprotocol/";
    private static final JsonObject CLIENT =
            JsonObject.of("name", "erlmcp-bench", "version", "1.0");

    private final BenchPlan plan;

    Messages(BenchPlan plan) {
        this.plan = plan;
    }

    /**
     * The request of the workload.
     *
     * @param slot tells requests that are under way at once apart
     */
    String request(int slot) {
        return switch (plan.workload()) {
            case TOOLS_CALL ->
                    call(
                            JsonObject.of("text", RequestBytes.place(plan.payloadBytes())),
                            JsonObject.EMPTY);
            case PROGRESS ->
                    call(
                            JsonObject.of("n", BenchPlan.PROGRESS_PER_CALL),
                            JsonObject.of("progressToken", token(slot)));
            case TOOLS_LIST -> message("tools/list", JsonObject.EMPTY, JsonObject.EMPTY);
            case INITIALIZE -> initialize();
            case STREAMS ->
                    message(
                            "subscriptions/listen",
                            JsonObject.of("notifications", JsonObject.of("toolsListChanged", true)),
                            JsonObject.EMPTY);
        };
    }

    /** The token that progress for the request of a slot carries. */
    static String token(int slot) {
        return "bench-" + slot;
    }

    /** Asks whether a server of the modern era is there. */
    static String discover() {
        return JsonObject.of(
                        "jsonrpc",
                        "2.0",
                        "id",
                        RequestBytes.FIRST_ID,
                        "method",
                        "server/discover",
                        "params",
                        JsonObject.of("_meta", envelope(JsonObject.EMPTY)))
                .toJson();
    }

    /** Whether a server may answer {@link #initialize} with that version. */
    static boolean isLegacy(String version) {
        return LEGACY_REVISIONS.contains(version);
    }

    String initialize() {
        JsonObject params =
                JsonObject.of(
                        "protocolVersion",
                        LEGACY_REVISION,
                        "capabilities",
                        JsonObject.EMPTY,
                        "clientInfo",
                        CLIENT);
        return JsonObject.of(
                        "jsonrpc",
                        "2.0",
                        "id",
                        RequestBytes.FIRST_ID,
                        "method",
                        "initialize",
                        "params",
                        params)
                .toJson();
    }

    static String initialized() {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}";
    }

    private String call(JsonObject arguments, JsonObject meta) {
        return message(
                "tools/call", JsonObject.of("name", plan.tool(), "arguments", arguments), meta);
    }

    private String message(String method, JsonObject params, JsonObject meta) {
        JsonObject whole = plan.era() == Era.MODERN ? envelope(meta) : meta;
        return JsonObject.of(
                        "jsonrpc",
                        "2.0",
                        "id",
                        RequestBytes.FIRST_ID,
                        "method",
                        method,
                        "params",
                        whole.isEmpty() ? params : params.with("_meta", whole))
                .toJson();
    }

    private static JsonObject envelope(JsonObject meta) {
        return meta.with(META + "protocolVersion", MODERN_REVISION)
                .with(META + "clientInfo", CLIENT)
                .with(META + "clientCapabilities", JsonObject.EMPTY);
    }

    /**
     * A message as an HTTP request.
     *
     * @param session the session that it belongs to; null outside of one
     */
    String http(BenchTarget.Http target, String message, @Nullable String session) {
        StringBuilder head = new StringBuilder(256);
        head.append("POST ").append(target.path()).append(" HTTP/1.1\r\n");
        head.append("Host: ").append(target.url().getAuthority()).append("\r\n");
        head.append("Content-Type: application/json\r\n");
        head.append("Accept: application/json, text/event-stream\r\n");
        if (plan.era() == Era.MODERN) {
            modernHeaders(head);
        } else if (!message.contains("\"method\":\"initialize\"")) {
            head.append("MCP-Protocol-Version: ").append(LEGACY_REVISION).append("\r\n");
        }
        if (session != null) {
            head.append("Mcp-Session-Id: ").append(session).append("\r\n");
        }
        int length = message.getBytes(StandardCharsets.UTF_8).length;
        head.append("Content-Length: ").append(length).append("\r\n\r\n");
        return head.append(message).toString();
    }

    /**
     * The request for the stream of a legacy server.
     *
     * @param session the session that it belongs to; null outside of one
     */
    String stream(BenchTarget.Http target, @Nullable String session) {
        return "GET "
                + target.path()
                + " HTTP/1.1\r\nHost: "
                + target.url().getAuthority()
                + "\r\nAccept: text/event-stream\r\nMCP-Protocol-Version: "
                + LEGACY_REVISION
                + (session == null ? "" : "\r\nMcp-Session-Id: " + session)
                + "\r\n\r\n";
    }

    private void modernHeaders(StringBuilder head) {
        String method =
                switch (plan.workload()) {
                    case TOOLS_CALL, PROGRESS -> "tools/call";
                    case TOOLS_LIST -> "tools/list";
                    case INITIALIZE -> "initialize";
                    case STREAMS -> "subscriptions/listen";
                };
        head.append("MCP-Protocol-Version: ").append(MODERN_REVISION).append("\r\n");
        head.append("Mcp-Method: ").append(method).append("\r\n");
        if (method.equals("tools/call")) {
            head.append("Mcp-Name: ").append(plan.tool()).append("\r\n");
        }
    }
}
