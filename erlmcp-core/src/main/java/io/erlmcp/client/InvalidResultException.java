package io.erlmcp.client;

import java.util.List;

/**
 * A tool was called, and its structured content is not what its output schema promises. The call
 * was executed.
 */
public final class InvalidResultException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String tool;
    private final transient List<String> problems;

    InvalidResultException(String tool, List<String> problems) {
        super(
                "tool "
                        + tool
                        + ": the result breaks its output schema: "
                        + String.join("; ", problems));
        this.tool = tool;
        this.problems = List.copyOf(problems);
    }

    public String tool() {
        return tool;
    }

    /** What is wrong, each with the path of the value. */
    public List<String> problems() {
        return problems;
    }
}
