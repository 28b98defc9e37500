package io.erlmcp.protocol;

/** The answer to a request that goes on as a task. */
public record CreateTaskResult(Task task) implements ServerResult {}
