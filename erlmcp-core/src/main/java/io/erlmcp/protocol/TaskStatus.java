package io.erlmcp.protocol;

/** Where a task stands. The last four are final. */
public enum TaskStatus {
    /** It runs. */
    WORKING,
    /** It waits for answers of the client. */
    INPUT_REQUIRED,
    /** It has a result. */
    COMPLETED,
    /**
     * It has a result that says that the tool failed: completed for modern peers, failed for those
     * of the legacy era.
     */
    TOOL_ERROR,
    /** It ended with an error. */
    FAILED,
    /** It was called off. */
    CANCELLED;

    public boolean isFinal() {
        return this != WORKING && this != INPUT_REQUIRED;
    }
}
