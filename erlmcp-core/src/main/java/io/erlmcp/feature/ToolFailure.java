package io.erlmcp.feature;

/**
 * A tool could not do what was asked; the message goes to the model as a result with {@code
 * isError: true}.
 */
public class ToolFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ToolFailure(String message) {
        super(message);
    }

    public ToolFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
