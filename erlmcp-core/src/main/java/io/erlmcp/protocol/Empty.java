package io.erlmcp.protocol;

/** A result that says nothing but that it worked. */
public record Empty() implements ServerResult {
    public static final Empty RESULT = new Empty();
}
