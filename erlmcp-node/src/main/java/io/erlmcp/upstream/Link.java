package io.erlmcp.upstream;

import io.erlmcp.client.ClientEvent;
import io.erlmcp.client.ClientLimits;
import io.erlmcp.client.McpClient;
import io.erlmcp.client.Subscription;
import io.erlmcp.observability.Event;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerCapabilities;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.runtime.Time;
import io.erlmcp.transport.Backoff;
import io.erlmcp.transport.ClientTransportEvent;
import io.erlmcp.transport.TransportException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One connection to an upstream server, from its handshake to its loss.
 *
 * <p>Process model: made, attended and closed by the thread of a {@link Keeper}. Readers of the
 * transport tell it of losses and changes; callers use its client from their own threads.
 */
final class Link implements AutoCloseable {
    private static final int MAX_SIGNALS = 16;
    private static final Duration SOON = Duration.ofSeconds(1);

    /**
     * How a link ended.
     *
     * @param orderly whether the server ended by itself and said that all is well
     * @param wasUp whether there was a link at all
     */
    record Loss(String reason, boolean orderly, boolean wasUp) {
        static Loss of(String reason) {
            return new Loss(reason, false, true);
        }
    }

    /** What the attending thread is to do. */
    private enum Signal {
        LOST,
        LISTS,
        UPDATES,
        SUSPECT,
        CALLED
    }

    private final Upstream upstream;
    private final Time time;
    private final UpstreamSettings.Patience patience;
    private final long mostMemory;
    private final Precedence precedence;
    private final WatchedTransport transport;
    private final McpClient client;

    /** Each kind of signal waits about once: what it asks for covers all that came before. */
    private final BlockingQueue<Signal> signals = new ArrayBlockingQueue<>(MAX_SIGNALS);

    private final AtomicReference<@Nullable Loss> loss = new AtomicReference<>();
    private volatile boolean endedWell;
    private volatile @Nullable Long pid;
    private volatile Revision revision = Revision.LATEST_LEGACY;
    private @Nullable Subscription subscription;
    private Set<String> watched = Set.of();
    private Consumer<String> onUpdate = uri -> {};

    /** How often in a row a list could not be had; read and written by the run's thread alone. */
    private int unread;

    private long rereadNanos;

    Link(Upstream upstream, Time time) {
        UpstreamSettings settings = upstream.settings();
        this.upstream = upstream;
        this.time = time;
        this.patience = settings.patience();
        this.mostMemory = settings.bounds().memoryBytes();
        this.precedence = upstream.precedence();
        this.transport =
                new WatchedTransport(
                        settings.transport().open(upstream.errorLines(), precedence.atStart()),
                        time,
                        this::lost);
        ClientLimits limits =
                ClientLimits.DEFAULTS
                        .withTimeouts(patience.ping(), patience.ping())
                        .withConnectTimeout(patience.connect())
                        .withLists(1_000, settings.bounds().entries(), Duration.ZERO);
        this.client =
                upstream.strangers()
                        .declare(McpClient.builder(transport))
                        .name("erlmcp", upstream.version())
                        .era(settings.era())
                        .limits(limits)
                        .time(time)
                        .observer(this::observed)
                        .onListChange(kind -> tell(Signal.LISTS))
                        .onLog(upstream::logged)
                        .build();
    }

    private void observed(Event event) {
        if (event instanceof ClientTransportEvent.ProcessStarted started) {
            pid = started.pid();
        } else if (event instanceof ClientTransportEvent.ProcessEnded ended) {
            endedWell = ended.exitCode() == 0;
        } else if (event instanceof ClientEvent.Reconnected) {
            // it has forgotten the session, so it may be another one
            tell(Signal.LISTS);
        } else if (event instanceof ClientTransportEvent.EventsMissed) {
            tell(Signal.LISTS); // what changed meanwhile is told to nobody
        }
    }

    /** Connects; throws what the client throws. */
    void connect() {
        client.connect();
        revision = client.revision();
        transport.settle();
        if (!isModern() && offers(ServerCapabilities::logging)) {
            askForLogs();
        }
    }

    private void askForLogs() {
        try {
            client.setLogLevel(LogLevel.DEBUG);
        } catch (McpException e) {
            return; // it offers logging, but no levels: it says what it likes
        }
    }

    McpClient client() {
        return client;
    }

    /** The revision that was agreed on; also when the connection has ended since. */
    Revision revision() {
        return revision;
    }

    /** The process of a child; null for a server on a network. */
    @Nullable Long pid() {
        return pid;
    }

    /** False from the moment on in which the loss was noticed. */
    boolean isLost() {
        return loss.get() != null;
    }

    boolean isModern() {
        return revision.era() == Era.MODERN;
    }

    boolean offers(Predicate<ServerCapabilities> feature) {
        return client.capabilities().map(feature::test).orElse(false);
    }

    /**
     * Hears of updates of {@code uris}, and of changes of lists where a server has to be asked for
     * them; called by the attending thread.
     */
    void listen(Set<String> uris, Consumer<String> onUpdate) {
        boolean mayWatch = isModern() || offers(ServerCapabilities::resourceSubscriptions);
        Set<String> wanted = mayWatch ? uris : Set.of();
        Subscription before = subscription;
        boolean isOpen = before != null && before.isOpen();
        if ((isOpen && wanted.equals(watched)) || (wanted.isEmpty() && !isModern())) {
            return;
        }
        Subscription beside = isOpen ? subscribe(wanted, onUpdate, false) : null;
        subscription = beside;
        watched = wanted;
        this.onUpdate = onUpdate;
        if (before != null) {
            before.close(); // only now, so that no change between the two is missed
        }
        if (beside == null) { // where it was refused, perhaps the server has room for but one
            subscription = subscribe(wanted, onUpdate, true);
        }
        if (subscription != null && before == null) {
            tell(Signal.LISTS); // what changed since they were read was told to nobody
        }
        if (subscription != null && beside == null) {
            tell(Signal.UPDATES); // nor what changed while there was no subscription
        }
    }

    /**
     * Null where the server does not tell of changes.
     *
     * @param isLast whether there is no other way
     * @throws McpException when there is none, and the server may tell of them later
     */
    private @Nullable Subscription subscribe(
            Set<String> wanted, Consumer<String> onUpdate, boolean isLast) {
        try {
            return client.subscribe(
                    new ListenFilter(true, true, true, wanted), note -> heard(note, onUpdate));
        } catch (McpException e) {
            boolean passes = e.code() == ErrorCode.OVERLOADED || e.code() == ErrorCode.INTERRUPTED;
            if (isLast && passes) {
                throw e;
            }
            return null;
        }
    }

    private void heard(ServerNotification notification, Consumer<String> onUpdate) {
        switch (notification) {
            case ServerNotification.ToolListChanged it -> tell(Signal.LISTS);
            case ServerNotification.PromptListChanged it -> tell(Signal.LISTS);
            case ServerNotification.ResourceListChanged it -> tell(Signal.LISTS);
            case ServerNotification.ResourceUpdated it -> onUpdate.accept(it.uri());
            default -> {} // belongs to no list
        }
    }

    private void lost(TransportException failure) {
        lose(Loss.of(String.valueOf(failure.getMessage())));
    }

    /** Ends the link for {@code why}; only the first counts. */
    void lose(Loss why) {
        if (loss.compareAndSet(null, why)) {
            upstream.lost(this);
            tell(Signal.LOST);
        }
    }

    /** A call was not answered in time: ask now whether the server is there. */
    void suspect() {
        tell(Signal.SUSPECT);
    }

    /** A call comes: what the child does with it is looked at. */
    void called() {
        if (pid != null && precedence.dozes()) {
            tell(Signal.CALLED);
        }
    }

    /** Something that was left out may be shown now. */
    void listsChanged() {
        tell(Signal.LISTS);
    }

    /**
     * Reads all lists; those that cannot be had are asked for again later. Called by the thread of
     * the run alone.
     */
    void readLists() {
        if (upstream.publish(this)) {
            revision = client.revision(); // another one, where it connected again
            unread = 0;
        } else {
            unread++;
            double random = ThreadLocalRandom.current().nextDouble();
            rereadNanos = time.nanos() + Backoff.defaults().delay(unread, random).toNanos();
        }
    }

    private void rereadLists() {
        try {
            readLists();
        } catch (TransportException e) {
            lose(Loss.of(String.valueOf(e.getMessage())));
        }
    }

    private void tell(Signal signal) {
        if (!signals.contains(signal)) {
            // Where the queue is full, the thread is about to look at everything anyway.
            var _ = signals.offer(signal);
        }
    }

    /** Reads lists again when they change, and pings, until the link is lost. */
    Loss attend() throws InterruptedException {
        int missed = 0;
        while (true) {
            Signal signal = next(missed);
            Loss why = loss.get();
            if (why != null) {
                return endedWell ? new Loss(why.reason(), true, true) : why;
            }
            switch (signal) {
                case LISTS -> rereadLists();
                case UPDATES -> watched.forEach(onUpdate);
                case SUSPECT -> missed = ping(missed);
                case LOST, CALLED -> {}
                case null -> missed = nothingCame(missed);
            }
        }
    }

    /** Null when nothing came in time; meanwhile looks at what a child does. */
    private @Nullable Signal next(int missed) throws InterruptedException {
        long end = time.nanos() + waitNanos(missed);
        while (true) {
            long nanos = Math.min(end - time.nanos(), precedence.nextLook().toNanos());
            Signal signal = signals.poll(nanos, TimeUnit.NANOSECONDS);
            Long child = pid;
            if (child != null && signal == Signal.CALLED) {
                precedence.wake(child, transport.heardNanos());
            } else if (child != null) {
                precedence.look(child, transport.heardNanos(), upstream.calls());
            }
            boolean isOver = end - time.nanos() <= 0;
            if (signal == null ? isOver : signal != Signal.CALLED) {
                return signal;
            }
        }
    }

    private long waitNanos(int missed) {
        boolean isSoon = missed > 0 || mostMemory > 0 || upstream.memory().isBehind();
        long nanos = isSoon ? Math.min(SOON.toNanos(), pingNanos()) : pingNanos();
        return unread == 0 ? nanos : Math.clamp(rereadNanos - time.nanos(), 0, nanos);
    }

    private long pingNanos() {
        return patience.pingInterval().toNanos();
    }

    private int nothingCame(int missed) {
        upstream.memory().keep();
        if (isTooBig()) {
            return 0;
        }
        if (unread > 0 && time.nanos() - rereadNanos >= 0) {
            rereadLists();
        }
        return isQuiet(missed) ? ping(missed) : 0;
    }

    /** A child that leaks is replaced before it takes the memory of all others. */
    private boolean isTooBig() {
        Long child = pid;
        long bytes = mostMemory > 0 && child != null ? ChildMemory.bytes(child) : 0;
        if (bytes <= mostMemory) {
            return false;
        }
        upstream.tooBig(bytes);
        lose(
                Loss.of(
                        "held %d MB of memory, and may hold %d MB"
                                .formatted(bytes >> 20, mostMemory >> 20)));
        return true;
    }

    private boolean isQuiet(int missed) {
        return missed > 0 || transport.silentNanos() >= patience.pingInterval().toNanos() / 2;
    }

    /**
     * @return how many pings in a row are without an answer now
     */
    private int ping(int missed) {
        long heardBefore = transport.silentNanos();
        try {
            client.ping();
            return 0;
        } catch (RuntimeException e) {
            if (isLost() || transport.silentNanos() < heardBefore) {
                return 0; // lost, or it says something else
            }
        }
        if (missed + 1 >= patience.missedPings()) {
            upstream.hung(missed + 1);
            lose(Loss.of("did not answer " + (missed + 1) + " pings"));
        }
        return missed + 1;
    }

    @Override
    public void close() {
        loss.compareAndSet(null, Loss.of("stopped"));
        client.close();
    }
}
