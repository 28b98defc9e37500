package io.erlmcp.config;

/** HTTP+SSE (2024-11-05), a path of the HTTP listener; its bounds are those of http. */
public record SseConfig(
        @Setting("Whether HTTP+SSE is served, where MCP is served over HTTP.") boolean enabled,
        @Setting("The path of the stream, and to post to.") String path) {
    public static final SseConfig DEFAULTS = new SseConfig(true, "/mcp/sse");

    public SseConfig {
        if (!path.startsWith("/") || path.length() > 200 || path.contains("?")) {
            throw new IllegalArgumentException(
                    "path: \"" + path + "\" must start with / and have no query");
        }
    }
}
