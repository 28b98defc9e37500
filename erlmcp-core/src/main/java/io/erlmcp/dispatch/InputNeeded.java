package io.erlmcp.dispatch;

/**
 * Stops a handler whose question has no answer yet. An error, so that {@code catch (Exception e)}
 * in user code lets it pass; the replay remembers the question should somebody swallow it all the
 * same.
 */
final class InputNeeded extends Error {
    private static final long serialVersionUID = 1L;

    InputNeeded() {
        super("the client has to answer first", null, false, false);
    }
}
