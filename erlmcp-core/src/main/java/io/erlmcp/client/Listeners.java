package io.erlmcp.client;

import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.ServerNotification;
import java.util.Objects;
import java.util.function.Consumer;

/** What the user wants to hear of, beside what belongs to a call. */
record Listeners(
        Consumer<ServerNotification.Progress> onProgress,
        Consumer<ServerNotification.Log> onLog,
        Consumer<ListKind> onListChange,
        Consumer<String> onResourceUpdated) {
    static final Listeners NONE = new Listeners(p -> {}, l -> {}, k -> {}, u -> {});

    /**
     * Tells what came during a call to the call's own listener, or to the one for all calls.
     *
     * @return false for what is no matter of a call alone
     */
    boolean tell(ServerNotification notification, CallOptions options, Observer observer) {
        switch (notification) {
            case ServerNotification.Progress progress ->
                    guarded(
                            "progress",
                            Objects.requireNonNullElse(options.onProgress(), onProgress),
                            progress,
                            observer);
            case ServerNotification.Log log ->
                    guarded(
                            "log",
                            Objects.requireNonNullElse(options.onLog(), onLog),
                            log,
                            observer);
            case ServerNotification.ToolListChanged n -> {
                return false;
            }
            case ServerNotification.PromptListChanged n -> {
                return false;
            }
            case ServerNotification.ResourceListChanged n -> {
                return false;
            }
            case ServerNotification.ResourceUpdated n -> {
                return false;
            }
            case ServerNotification.ElicitationComplete n -> {
                return false;
            }
            case ServerNotification.SubscriptionsAcknowledged n -> {
                return false;
            }
            case ServerNotification.TaskChanged n -> {
                return false;
            }
        }
        return true;
    }

    private static <T> void guarded(
            String what, Consumer<T> listener, T notification, Observer observer) {
        Notifier.guarded(observer, what, () -> listener.accept(notification));
    }

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
