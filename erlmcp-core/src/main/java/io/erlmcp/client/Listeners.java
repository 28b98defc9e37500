package io.erlmcp.client;

import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.ServerNotification;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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

    /** What it is to those who hear of it without having asked; null where nobody does. */
    static @Nullable String what(ServerNotification notification) {
        return switch (notification) {
            case ServerNotification.ToolListChanged n -> "list change";
            case ServerNotification.PromptListChanged n -> "list change";
            case ServerNotification.ResourceListChanged n -> "list change";
            case ServerNotification.ResourceUpdated n -> "resource updated";
            case ServerNotification.Log n -> "log";
            // Of calls that are over.
            case ServerNotification.Progress n -> null;
            case ServerNotification.ElicitationComplete n -> null;
            case ServerNotification.SubscriptionsAcknowledged n -> null;
            // Told to those who subscribed to the task.
            case ServerNotification.TaskChanged n -> null;
        };
    }

    /** Tells what {@link #what} has a word for; nothing else. */
    void tell(ServerNotification notification) {
        switch (notification) {
            case ServerNotification.ToolListChanged n -> onListChange.accept(ListKind.TOOLS);
            case ServerNotification.PromptListChanged n -> onListChange.accept(ListKind.PROMPTS);
            case ServerNotification.ResourceListChanged n ->
                    onListChange.accept(ListKind.RESOURCES);
            case ServerNotification.ResourceUpdated n -> onResourceUpdated.accept(n.uri());
            case ServerNotification.Log n -> onLog.accept(n);
            case ServerNotification.Progress n -> {}
            case ServerNotification.ElicitationComplete n -> {}
            case ServerNotification.SubscriptionsAcknowledged n -> {}
            case ServerNotification.TaskChanged n -> {}
        }
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
