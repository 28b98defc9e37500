package io.erlmcp.bench;

/** What an answer was worth. */
sealed interface Verdict {
    /** The answer that was asked for. */
    record Right() implements Verdict {}

    /**
     * The server said that it did not do it.
     *
     * @param kind such as {@code HTTP 503} or {@code JSON-RPC -32603}; few different ones
     */
    record Refused(String kind) implements Verdict {}

    /** Something else than what was asked for. */
    record Wrong(String what) implements Verdict {}

    Verdict RIGHT = new Right();
}
