package io.erlmcp.client;

import io.erlmcp.feature.ResourceFilter;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ServerCapabilities;
import io.erlmcp.protocol.ServerNotification;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of a client, in both eras: resources subscribed one by one (legacy), or a
 * listen stream each (modern).
 *
 * <p>Process model: no thread but {@link Resubscription}'s, while a fresh session lacks something.
 */
final class Subscriptions {
    private final Conversation conversation;
    private final List<LegacySubscription> legacy = new CopyOnWriteArrayList<>();
    private final List<ListenStream> streams = new CopyOnWriteArrayList<>();

    /** Guards {@code watchers}: how many subscriptions want each resource. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<String, Integer> watchers = new HashMap<>();
    private final Resubscription resubscription;

    Subscriptions(Conversation conversation) {
        this.conversation = conversation;
        this.resubscription =
                new Resubscription(
                        uri -> conversation.run(new ClientRequest.Subscribe(uri), CallOptions.NONE),
                        this::isWanted,
                        this::refused,
                        conversation.config().observer());
    }

    Subscription open(ListenFilter filter, Consumer<ServerNotification> listener) {
        if (conversation.server().isModern()) {
            ListenStream stream = new ListenStream(conversation, filter, listener);
            streams.add(stream);
            try {
                stream.start();
            } catch (RuntimeException e) {
                streams.remove(stream);
                throw e;
            }
            return stream;
        }
        LegacySubscription subscription = new LegacySubscription(filter, listener);
        subscription.open();
        return subscription;
    }

    /** Hands a notification to those who want it; called by readers. */
    void notified(ServerNotification notification) {
        for (LegacySubscription subscription : legacy) {
            if (wants(subscription.filter, notification)) {
                conversation.tell("subscription", () -> subscription.listener.accept(notification));
            }
        }
    }

    /**
     * A fresh session knows nothing of what the old one subscribed. Each resource is asked for by
     * itself: what is refused is given up, what may be granted later is asked for again.
     */
    void renew() {
        Set<String> wanted;
        lock.lock();
        try {
            wanted = new HashSet<>(watchers.keySet());
        } finally {
            lock.unlock();
        }
        resubscription.begin(wanted);
    }

    private boolean isWanted(String uri) {
        lock.lock();
        try {
            return watchers.containsKey(uri);
        } finally {
            lock.unlock();
        }
    }

    /** The server does not grant it any more: the subscriptions that asked for it are closed. */
    private void refused(String uri, String reason) {
        for (LegacySubscription subscription : legacy) {
            if (subscription.filter.resourceSubscriptions().contains(uri)) {
                subscription.refused(uri, reason);
            }
        }
    }

    void close() {
        resubscription.close();
        streams.forEach(ListenStream::close);
        legacy.clear();
    }

    static boolean wants(ListenFilter filter, ServerNotification notification) {
        return switch (notification) {
            case ServerNotification.ToolListChanged n -> filter.toolsListChanged();
            case ServerNotification.PromptListChanged n -> filter.promptsListChanged();
            case ServerNotification.ResourceListChanged n -> filter.resourcesListChanged();
            case ServerNotification.ResourceUpdated n -> covers(filter, n.uri());
            case ServerNotification.Progress n -> false;
            case ServerNotification.Log n -> false;
            case ServerNotification.ElicitationComplete n -> false;
            case ServerNotification.SubscriptionsAcknowledged n -> false;
            case ServerNotification.TaskChanged n ->
                    filter.taskIds().contains(n.task().task().id());
        };
    }

    /** A server may report a part of the resource that was subscribed. */
    private static boolean covers(ListenFilter filter, String uri) {
        for (String wanted : filter.resourceSubscriptions()) {
            if (covers(wanted, uri) || ResourceFilter.kept(wanted).matches(uri)) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code uri} is the resource {@code whole} or a part of it. */
    static boolean covers(String whole, String uri) {
        return uri.equals(whole) || (uri.startsWith(whole) && isPart(uri.charAt(whole.length())));
    }

    private static boolean isPart(char next) {
        return next == '/' || next == '?' || next == '#';
    }

    /** Makes the server report the resource, if it does not already. */
    private void watch(String uri) {
        ServerCapabilities capabilities = conversation.server().capabilities();
        if (capabilities != null && !capabilities.resourceSubscriptions()) {
            throw new McpException(
                    ErrorCode.METHOD_NOT_FOUND, "the server does not offer resource subscriptions");
        }
        boolean first;
        lock.lock();
        try {
            first = watchers.merge(uri, 1, Integer::sum) == 1;
        } finally {
            lock.unlock();
        }
        if (!first) {
            return;
        }
        try {
            conversation.run(new ClientRequest.Subscribe(uri), CallOptions.NONE);
        } catch (RuntimeException e) {
            release(uri);
            throw e;
        }
    }

    /**
     * @return true when nobody wants the resource any more
     */
    private boolean release(String uri) {
        lock.lock();
        try {
            return watchers.computeIfPresent(uri, (key, count) -> count == 1 ? null : count - 1)
                    == null;
        } finally {
            lock.unlock();
        }
    }

    private void unwatch(String uri) {
        if (release(uri) && conversation.phase() == Phase.INITIALIZED) {
            conversation.run(new ClientRequest.Unsubscribe(uri), CallOptions.NONE);
        }
    }

    /** List changes come by themselves; only resources are asked for. */
    private final class LegacySubscription implements Subscription {
        private final ListenFilter filter;
        private final Consumer<ServerNotification> listener;
        private volatile boolean open = true;
        private volatile @Nullable String refusal;

        LegacySubscription(ListenFilter filter, Consumer<ServerNotification> listener) {
            this.filter = filter;
            this.listener = listener;
        }

        void open() {
            legacy.add(this);
            Set<String> done = new HashSet<>();
            try {
                for (String uri : filter.resourceSubscriptions()) {
                    watch(uri);
                    done.add(uri);
                }
            } catch (RuntimeException e) {
                legacy.remove(this);
                done.forEach(Subscriptions.this::release);
                throw e;
            }
        }

        @Override
        public ListenFilter honoured() {
            ServerCapabilities capabilities = conversation.server().capabilities();
            boolean lists = capabilities == null || capabilities.listChanged();
            return new ListenFilter(
                    lists && filter.toolsListChanged(),
                    lists && filter.promptsListChanged(),
                    lists && filter.resourcesListChanged(),
                    filter.resourceSubscriptions(),
                    filter.taskIds());
        }

        @Override
        public boolean isOpen() {
            return open;
        }

        @Override
        public Optional<String> refusal() {
            return Optional.ofNullable(refusal);
        }

        void refused(String uri, String reason) {
            if (!open) {
                return;
            }
            open = false;
            refusal = reason;
            legacy.remove(this);
            release(uri);
            for (String other : filter.resourceSubscriptions()) {
                if (!other.equals(uri)) {
                    Notifier.guarded(
                            conversation.config().observer(), "unsubscribe", () -> unwatch(other));
                }
            }
        }

        @Override
        public void close() {
            if (open) {
                open = false;
                legacy.remove(this);
                filter.resourceSubscriptions().forEach(Subscriptions.this::unwatch);
            }
        }
    }
}
