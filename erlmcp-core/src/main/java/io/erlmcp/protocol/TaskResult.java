package io.erlmcp.protocol;

/** What the request behind a task would have answered (legacy era). */
public record TaskResult(String taskId, CallToolResult result) implements ServerResult {}
