package io.erlmcp.bench;

/** A run that cannot begin or go on; the message says why. */
public final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BenchException(String message) {
        super(message);
    }
}
