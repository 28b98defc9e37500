package io.erlmcp.client;

import io.erlmcp.feature.ResourceFilter;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ServerCapabilities;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.runtime.Threads;
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
 * <p>Process model: no thread but {@link Renewal}'s, while a fresh session lacks something, and one
 * that lets go of what a subscription had that came to nothing.
 */
final class Subscriptions implements Renewal.Wishes<ResourceFilter> {
    private final Conversation conversation;
    private final List<LegacySubscription> legacy = new CopyOnWriteArrayList<>();
    private final List<ListenStream> streams = new CopyOnWriteArrayList<>();

    /** Guards the fields below. */
    private final ReentrantLock lock = new ReentrantLock();

    /** How many subscriptions want each resource. */
    private final Map<ResourceFilter, Integer> watchers = new HashMap<>();

    /** What the server granted in this session, of what is wanted. */
    private final Set<ResourceFilter> granted = new HashSet<>();

    private final Renewal<ResourceFilter> renewal = new Renewal<>("subscribe again", this);

    Subscriptions(Conversation conversation) {
        this.conversation = conversation;
    }

    private Observer observer() {
        return conversation.config().observer();
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

    /** Changes went unheard, though the session goes on. Called by readers. */
    void missed() {
        List<ResourceFilter> wanted;
        lock.lock();
        try {
            wanted = List.copyOf(watchers.keySet());
        } finally {
            lock.unlock();
        }
        missed(true, wanted);
    }

    /** Changes of lists went unheard; of resources that is told once they are subscribed again. */
    void listsMissed() {
        missed(true, List.of());
    }

    /** However much it is, it waits in one place for each listener. */
    private void missed(boolean hasLists, List<ResourceFilter> resources) {
        for (LegacySubscription subscription : legacy) {
            tellAll(subscription.wish.missed(hasLists, resources), subscription.listener);
        }
        tellAll(
                Wish.ofAll(resources).missed(hasLists, resources),
                conversation.config().listeners()::tell);
    }

    private void tellAll(List<ServerNotification> all, Consumer<ServerNotification> listener) {
        if (!all.isEmpty()) {
            conversation.tell("missed changes", () -> Notifier.each(observer(), all, listener));
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
        renewal.begin(wanted);
    }

    @Override
    public boolean isWanted(ResourceFilter resource) {
        lock.lock();
        try {
            return watchers.containsKey(resource);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void regained(List<ResourceFilter> resources) {
        missed(false, resources);
    }

    @Override
    public void failed(ResourceFilter resource, String reason, boolean isGivenUp) {
        observer().on(new ClientEvent.SubscriptionFailed(resource.asked(), reason, isGivenUp));
        if (isGivenUp) {
            refused(resource, reason);
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
        renewal.close();
        streams.forEach(ListenStream::close);
        legacy.forEach(subscription -> subscription.open.set(false));
        legacy.clear();
    }

    private void checkOffered() {
        ServerCapabilities capabilities = conversation.server().capabilities();
        if (capabilities != null && !capabilities.resourceSubscriptions()) {
            throw new McpException(
                    ErrorCode.METHOD_NOT_FOUND, "the server does not offer resource subscriptions");
        }
    }

    /**
     * Makes the server report the resource, if it does not already. What fails but for a refusal
     * may be granted all the same, and counts until it is let go of.
     */
    private void watch(ResourceFilter resource, Set<ResourceFilter> counted) {
        boolean isGranted;
        lock.lock();
        try {
            if (counted.add(resource)) {
                watchers.merge(resource, 1, Integer::sum);
            }
            isGranted = granted.contains(resource); // who asks first may be refused yet
        } finally {
            lock.unlock();
        }
        if (isGranted) {
            return;
        }
        try {
            ask(resource);
        } catch (McpException refusal) {
            var _ = release(resource, counted);
            throw refusal;
        }
    }

    @Override
    public void ask(ResourceFilter resource) {
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
     * @param counted what the subscription counts for
     * @return true when it counted, and nobody wants the resource any more
     */
    private boolean release(ResourceFilter resource, Set<ResourceFilter> counted) {
        lock.lock();
        try {
            if (!counted.remove(resource)) {
                return false;
            }
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

    private void unwatch(ResourceFilter resource, Set<ResourceFilter> counted) {
        if (release(resource, counted) && conversation.phase() == Phase.INITIALIZED) {
            conversation.run(
                    new ClientRequest.Unsubscribe(resource.asked()),
                    CallOptions.NONE.withMeta(resource.meta()));
            if (isWanted(resource)) { // by somebody whose request this one may have overtaken
                Notifier.guarded(observer(), "subscribe again", () -> ask(resource));
            }
        }
    }

    /** List changes come by themselves; only resources are asked for. */
    private final class LegacySubscription implements Subscription {
        private final Wish wish;
        private final Consumer<ServerNotification> listener;
        private final AtomicBoolean open = new AtomicBoolean(true);

        /** Those of the wish that it counts for, each once; guarded by the lock of all. */
        private final Set<ResourceFilter> counted = new HashSet<>();

        private volatile @Nullable String refusal;

        LegacySubscription(Wish wish, Consumer<ServerNotification> listener) {
            this.wish = wish;
            this.listener = listener;
        }

        void open() {
            legacy.add(this);
            try {
                for (ResourceFilter resource : wish.resources()) {
                    checkOffered();
                    watch(resource, counted);
                }
            } catch (RuntimeException e) {
                open.set(false);
                legacy.remove(this);
                letGoAside();
                throw e;
            }
            if (!open.get()) { // it ended while it was made
                letGoAside();
            }
        }

        /** Whoever subscribes need not wait until the server knows that it comes to nothing. */
        private void letGoAside() {
            boolean isNothing;
            lock.lock();
            try {
                isNothing = counted.isEmpty();
            } finally {
                lock.unlock();
            }
            if (!isNothing) {
                Threads.startVirtual(
                        "unsubscribe",
                        () -> Notifier.guarded(observer(), "unsubscribe", this::letGo));
            }
        }

        /** All of it, whatever becomes of one; throws what the first failed with. */
        private void letGo() {
            RuntimeException failure = null;
            for (ResourceFilter resource : wish.resources()) {
                try {
                    unwatch(resource, counted);
                } catch (RuntimeException e) {
                    if (failure == null) {
                        failure = e;
                    } else {
                        failure.addSuppressed(e);
                    }
                }
            }
            if (failure != null) {
                throw failure;
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
            var _ = release(resource, counted);
            Notifier.guarded(observer(), "unsubscribe", this::letGo);
        }

        @Override
        public void close() {
            if (open.compareAndSet(true, false)) {
                legacy.remove(this);
                letGo();
            }
        }
    }
}
