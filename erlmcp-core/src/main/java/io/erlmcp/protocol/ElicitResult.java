package io.erlmcp.protocol;

import io.erlmcp.json.JsonObject;

/** What the user did with a form or a page; {@code content} is empty unless a form was accepted. */
public record ElicitResult(Action action, JsonObject content) implements InputResponse {
    public enum Action {
        ACCEPT,
        DECLINE,
        CANCEL
    }

    public static ElicitResult accept(JsonObject content) {
        return new ElicitResult(Action.ACCEPT, content);
    }

    public static ElicitResult decline() {
        return new ElicitResult(Action.DECLINE, JsonObject.EMPTY);
    }

    public static ElicitResult cancel() {
        return new ElicitResult(Action.CANCEL, JsonObject.EMPTY);
    }

    public boolean isAccepted() {
        return action == Action.ACCEPT;
    }
}
