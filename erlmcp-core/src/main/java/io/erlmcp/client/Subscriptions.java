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
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** Guards the fields below. */
    private final ReentrantLock lock = new ReentrantLock();

    /** How many subscriptions want each resource. */
    private final Map<ResourceFilter, Integer> watchers = new HashMap<>();

    /** What the server granted in this session, of what is wanted. */
    private final Set<ResourceFilter> granted = new HashSet<>();

    private final Resubscription resubscription;

    Subscriptions(Conversation conversation) {
        this.conversation = conversation;
        this.resubscription =
                new Resubscription(
                        this::ask, this::isWanted, this::refused, conversation.config().observer());
    }

    Subscription open(Wish wish, Consumer<ServerNotification> listener) {
        wish.check(conversation.server().capabilities());
        if (conversation.server().isModern()) {
            ListenStream stream = new ListenStream(conversation, wish, listener, streams::remove);
            streams.add(stream);
            stream.start();
            return stream;
        }
        LegacySubscription subscription = new LegacySubscription(wish, listener);
        subscription.open();
        return subscription;
    }

    /** Hands a notification to those who want it; called by readers. */
    void notified(ServerNotification notification) {
        for (LegacySubscription subscription : legacy) {
            if (subscription.wish.wants(notification)) {
                conversation.tell("subscription", () -> subscription.listener.accept(notification));
            }
        }
    }

    /**
     * A fresh session knows nothing of what the old one subscribed. Each resource is asked for by
     * itself: what is refused is given up, what may be granted later is asked for again.
     */
    void renew() {
        Set<ResourceFilter> wanted;
        lock.lock();
        try {
            wanted = new HashSet<>(watchers.keySet());
            granted.clear();
        } finally {
            lock.unlock();
        }
        resubscription.begin(wanted);
    }

    private boolean isWanted(ResourceFilter resource) {
        lock.lock();
        try {
            return watchers.containsKey(resource);
        } finally {
            lock.unlock();
        }
    }

    /** The server does not grant it any more: the subscriptions that asked for it are closed. */
    private void refused(ResourceFilter resource, String reason) {
        for (LegacySubscription subscription : legacy) {
            if (subscription.wish.resources().contains(resource)) {
                subscription.refused(resource, reason);
            }
        }
    }

    void close() {
        resubscription.close();
        streams.forEach(ListenStream::close);
        legacy.forEach(subscription -> subscription.open.set(false));
        legacy.clear();
    }

    /** Makes the server report the resource, if it does not already. */
    private void watch(ResourceFilter resource) {
        ServerCapabilities capabilities = conversation.server().capabilities();
        if (capabilities != null && !capabilities.resourceSubscriptions()) {
            throw new McpException(
                    ErrorCode.METHOD_NOT_FOUND, "the server does not offer resource subscriptions");
        }
        boolean isGranted;
        lock.lock();
        try {
            watchers.merge(resource, 1, Integer::sum);
            isGranted = granted.contains(resource); // who asks first may be refused yet
        } finally {
            lock.unlock();
        }
        if (isGranted) {
            return;
        }
        try {
            ask(resource);
        } catch (RuntimeException e) {
            release(resource);
            throw e;
        }
    }

    private void ask(ResourceFilter resource) {
        conversation.run(
                new ClientRequest.Subscribe(resource.asked()),
                CallOptions.NONE.withMeta(resource.meta()));
        lock.lock();
        try {
            if (watchers.containsKey(resource)) {
                granted.add(resource);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * @return true when nobody wants the resource any more
     */
    private boolean release(ResourceFilter resource) {
        lock.lock();
        try {
            boolean isLast =
                    watchers.computeIfPresent(
                                    resource, (key, count) -> count == 1 ? null : count - 1)
                            == null;
            if (isLast) {
                granted.remove(resource);
            }
            return isLast;
        } finally {
            lock.unlock();
        }
    }

    private void unwatch(ResourceFilter resource) {
        if (release(resource) && conversation.phase() == Phase.INITIALIZED) {
            conversation.run(
                    new ClientRequest.Unsubscribe(resource.asked()),
                    CallOptions.NONE.withMeta(resource.meta()));
            if (isWanted(resource)) { // by somebody whose request this one may have overtaken
                Notifier.guarded(
                        conversation.config().observer(), "subscribe again", () -> ask(resource));
            }
        }
    }

    /** List changes come by themselves; only resources are asked for. */
    private final class LegacySubscription implements Subscription {
        private final Wish wish;
        private final Consumer<ServerNotification> listener;
        private final AtomicBoolean open = new AtomicBoolean(true);
        private volatile @Nullable String refusal;

        LegacySubscription(Wish wish, Consumer<ServerNotification> listener) {
            this.wish = wish;
            this.listener = listener;
        }

        void open() {
            legacy.add(this);
            Set<ResourceFilter> done = new HashSet<>();
            try {
                for (ResourceFilter resource : wish.resources()) {
                    watch(resource);
                    done.add(resource);
                }
            } catch (RuntimeException e) {
                legacy.remove(this);
                done.forEach(Subscriptions.this::release);
                throw e;
            }
        }

        @Override
        public ListenFilter honoured() {
            ListenFilter filter = wish.filter();
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
            return open.get();
        }

        @Override
        public Optional<String> refusal() {
            return Optional.ofNullable(refusal);
        }

        void refused(ResourceFilter resource, String reason) {
            if (!open.get()) {
                return;
            }
            refusal = reason;
            if (!open.compareAndSet(true, false)) {
                return;
            }
            legacy.remove(this);
            release(resource);
            for (ResourceFilter other : wish.resources()) {
                if (!other.equals(resource)) {
                    Notifier.guarded(
                            conversation.config().observer(), "unsubscribe", () -> unwatch(other));
                }
            }
        }

        @Override
        public void close() {
            if (open.compareAndSet(true, false)) {
                legacy.remove(this);
                wish.resources().forEach(Subscriptions.this::unwatch);
            }
        }
    }
}
