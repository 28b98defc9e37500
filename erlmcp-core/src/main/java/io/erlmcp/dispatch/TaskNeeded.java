package io.erlmcp.dispatch;

/**
 * Stops a handler that goes on as a task. An error, so that {@code catch (Exception e)} in user
 * code lets it pass.
 */
final class TaskNeeded extends Error {
    private static final long serialVersionUID = 1L;

    TaskNeeded() {
        super("the call goes on as a task", null, false, false);
    }
}
