package io.erlmcp.client;

import io.erlmcp.feature.ResourceFilter;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.McpException;
import io.erlmcp.runtime.Threads;
import io.erlmcp.transport.Backoff;
import io.erlmcp.transport.TransportException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Subscribes again what a lost session had, each resource by itself. Once on the thread that made
 * the fresh session; what was not granted for want of time or room is tried again with growing
 * pauses, until the next session is made or nobody wants it.
 *
 * <p>Process model: one virtual thread while something is lacking; ended by {@link #close}.
 */
final class Resubscription {
    private static final Backoff PAUSES = Backoff.defaults();

    private final Consumer<ResourceFilter> subscribe;
    private final Predicate<ResourceFilter> isWanted;
    private final BiConsumer<ResourceFilter, String> refused;
    private final Observer observer;
    private final AtomicInteger sessions = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * @param subscribe asks the server for a resource; throws what the client's requests throw
     * @param isWanted whether somebody still wants the resource
     * @param refused hears of a resource that will not be granted, and why
     */
    Resubscription(
            Consumer<ResourceFilter> subscribe,
            Predicate<ResourceFilter> isWanted,
            BiConsumer<ResourceFilter, String> refused,
            Observer observer) {
        this.subscribe = subscribe;
        this.isWanted = isWanted;
        this.refused = refused;
        this.observer = observer;
    }

    /** There is a fresh session, which has none of {@code resources}. */
    void begin(Collection<ResourceFilter> resources) {
        int session = sessions.incrementAndGet();
        List<ResourceFilter> lacking = lackingNow(resources);
        if (!lacking.isEmpty() && closed.getCount() > 0) {
            Threads.startVirtual("subscribe again", () -> run(lacking, session));
        }
    }

    /** Whose thread it is may give its own call up meanwhile: that costs no subscription. */
    private List<ResourceFilter> lackingNow(Collection<ResourceFilter> resources) {
        try {
            return lackingAfter(resources, true);
        } catch (CancellationException interrupted) { // the thread remembers it
            return List.copyOf(resources);
        }
    }

    private void run(List<ResourceFilter> resources, int session) {
        List<ResourceFilter> lacking = resources;
        try {
            for (int attempt = 1; !lacking.isEmpty(); attempt++) {
                long nanos =
                        PAUSES.delay(attempt, ThreadLocalRandom.current().nextDouble()).toNanos();
                boolean isClosed = closed.await(nanos, TimeUnit.NANOSECONDS);
                if (isClosed || sessions.get() != session) {
                    return;
                }
                lacking = lackingAfter(lacking, false);
            }
        } catch (InterruptedException | CancellationException e) {
            Thread.currentThread().interrupt();
        } catch (IllegalStateException e) {
            // the client is closed
            closed.countDown();
        }
    }

    /**
     * Asks for each once; returns those that are worth another try.
     *
     * @param isWaitedFor others wait meanwhile: after one that is not settled none is asked for
     */
    private List<ResourceFilter> lackingAfter(
            Collection<ResourceFilter> resources, boolean isWaitedFor) {
        List<ResourceFilter> lacking = new ArrayList<>();
        for (ResourceFilter resource : resources) {
            boolean isLeft = isWaitedFor && !lacking.isEmpty();
            if (isWanted.test(resource) && (isLeft || !isSettled(resource))) {
                lacking.add(resource);
            }
        }
        return lacking;
    }

    private boolean isSettled(ResourceFilter resource) {
        try {
            subscribe.accept(resource);
            return true;
        } catch (McpTimeoutException | TransportException e) {
            failed(resource, e, false);
            return false;
        } catch (McpException e) {
            boolean isOver = !Remedy.passes(e);
            failed(resource, e, isOver);
            if (isOver) {
                refused.accept(resource, String.valueOf(e.getMessage()));
            }
            return isOver;
        }
    }

    private void failed(ResourceFilter resource, RuntimeException failure, boolean isGivenUp) {
        String reason = String.valueOf(failure.getMessage());
        observer.on(new ClientEvent.SubscriptionFailed(resource.asked(), reason, isGivenUp));
    }

    /** Nothing is subscribed again from now on. */
    void close() {
        closed.countDown();
    }
}
