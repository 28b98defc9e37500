package io.erlmcp.client;

import io.erlmcp.protocol.ServerNotification;
import java.util.function.Consumer;

/** What the user wants to hear of, beside what belongs to a call. */
record Listeners(
        Consumer<ServerNotification.Progress> onProgress,
        Consumer<ServerNotification.Log> onLog,
        Consumer<ListKind> onListChange,
        Consumer<String> onResourceUpdated) {
    static final Listeners NONE = new Listeners(p -> {}, l -> {}, k -> {}, u -> {});

    Listeners withProgress(Consumer<ServerNotification.Progress> listener) {
        return new Listeners(listener, onLog, onListChange, onResourceUpdated);
    }

    Listeners withLog(Consumer<ServerNotification.Log> listener) {
        return new Listeners(onProgress, listener, onListChange, onResourceUpdated);
    }

    Listeners withListChange(Consumer<ListKind> listener) {
        return new Listeners(onProgress, onLog, listener, onResourceUpdated);
    }

    Listeners withResourceUpdated(Consumer<String> listener) {
        return new Listeners(onProgress, onLog, onListChange, listener);
    }
}
