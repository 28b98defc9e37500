package io.erlmcp.upstream;

import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.feature.Priority;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.resilience.BreakerConfig;
import io.erlmcp.runtime.Time;
import io.erlmcp.server.McpServer;
import io.erlmcp.supervision.Component;
import io.erlmcp.supervision.ComponentFactory;
import io.erlmcp.transport.InMemoryTransport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A node's lists with upstream servers in them, and the plainest supervisor: always again. */
final class Fixture implements AutoCloseable {
    static final UpstreamSettings.Patience PATIENCE =
            new UpstreamSettings.Patience(
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(5),
                    3);

    final McpServer node = McpServer.builder("node", "1").build();
    final Queue<Event> events = new ConcurrentLinkedQueue<>();
    final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final Claims claims = new Claims();
    private final Sightings sightings;
    private final List<Runner> runners = new ArrayList<>();

    Fixture() {
        this(Sightings.NONE);
    }

    /** A run of a node that remembers what it saw. */
    Fixture(Sightings sightings) {
        this.sightings = sightings;
    }

    /** Settings of a server that is reached by {@code transport}. */
    static UpstreamSettings settings(
            String name, EraChoice era, UpstreamSettings.Transport transport) {
        return new UpstreamSettings(
                name,
                false,
                era,
                transport,
                new UpstreamSettings.Names(name + "_", false, List.of(), List.of()),
                PATIENCE,
                new UpstreamSettings.Bounds(100, 100, 50, 1000, 20, 0),
                new UpstreamSettings.Turn(0, Duration.ofMillis(100)),
                BreakerConfig.DEFAULTS,
                new UpstreamSettings.Cache(10, Duration.ofMinutes(5)),
                true,
                false,
                List.of());
    }

    static UpstreamSettings settings(String name, EraChoice era, McpServer server) {
        return settings(name, era, (lines, nice) -> InMemoryTransport.to(server.endpoint()));
    }

    /** The same with other bounds. */
    static UpstreamSettings with(UpstreamSettings it, UpstreamSettings.Bounds bounds) {
        return with(it, it.transport(), bounds, it.turn());
    }

    static UpstreamSettings with(UpstreamSettings it, UpstreamSettings.Turn turn) {
        return with(it, it.transport(), it.bounds(), turn);
    }

    static UpstreamSettings with(
            UpstreamSettings it, UnaryOperator<UpstreamSettings.Transport> transport) {
        return with(it, transport.apply(it.transport()), it.bounds(), it.turn());
    }

    private static UpstreamSettings with(
            UpstreamSettings it,
            UpstreamSettings.Transport transport,
            UpstreamSettings.Bounds bounds,
            UpstreamSettings.Turn turn) {
        return new UpstreamSettings(
                it.name(),
                it.remote(),
                it.era(),
                transport,
                it.names(),
                it.patience(),
                bounds,
                turn,
                it.breaker(),
                it.cache(),
                it.questions(),
                it.holdChanged(),
                it.needs());
    }

    /** Starts it and waits until it is there. */
    Upstream add(UpstreamSettings settings) {
        Upstream upstream = begin(settings);
        org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(60)).until(upstream::isUp);
        return upstream;
    }

    Upstream begin(UpstreamSettings settings) {
        Upstream.Surroundings around =
                new Upstream.Surroundings(
                        new Target(
                                node.tools(),
                                node.prompts(),
                                node.resources(),
                                node.completions(),
                                node::resourceUpdated),
                        claims,
                        sightings,
                        Time.system(),
                        events::add,
                        "1",
                        name ->
                                name.startsWith("urgent")
                                        ? Priority.HIGH
                                        : name.startsWith("idle") ? Priority.LOW : Priority.NORMAL,
                        it -> Optional.empty(),
                        line -> line.replace("sesame", "***"));
        Upstream upstream = new Upstream(settings, around);
        Runner runner = new Runner(upstream);
        runners.add(runner);
        runner.next();
        return upstream;
    }

    McpClient client(EraChoice era) {
        return client(era, it -> it);
    }

    McpClient client(EraChoice era, UnaryOperator<io.erlmcp.client.ClientBuilder> more) {
        return more.apply(
                        McpClient.builder(InMemoryTransport.to(node.endpoint()))
                                .era(era)
                                .timeout(Duration.ofSeconds(30)))
                .connect();
    }

    <E extends Event> List<E> events(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Starts each run after the end of the last one. */
    private final class Runner {
        private final Upstream upstream;
        private volatile boolean closed;
        private volatile Component run = () -> {};

        /** Guards {@link #closed} and {@link #starter}: nothing starts behind a close. */
        private final ReentrantLock lock = new ReentrantLock();

        private @Nullable Thread starter;

        Runner(Upstream upstream) {
            this.upstream = upstream;
        }

        void next() {
            run =
                    upstream.start(
                            new ComponentFactory.Life() {
                                @Override
                                public ComponentId id() {
                                    return upstream.component();
                                }

                                @Override
                                public void failed(Throwable cause) {
                                    failures.add(cause);
                                    startAgain();
                                }

                                @Override
                                public void ended() {
                                    failed(new IllegalStateException("ended"));
                                }

                                @Override
                                public void whenGone(Runnable action) {
                                    throw new UnsupportedOperationException("nobody monitors");
                                }
                            });
        }

        private void startAgain() {
            lock.lock();
            try {
                if (!closed) {
                    starter = Thread.startVirtualThread(this::again);
                }
            } finally {
                lock.unlock();
            }
        }

        private @Nullable Thread end() {
            lock.lock();
            try {
                closed = true;
                return starter;
            } finally {
                lock.unlock();
            }
        }

        private void again() {
            try {
                run.stop();
                if (!closed) {
                    next();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void close() {
            Thread last = end();
            try {
                if (last != null) {
                    last.join();
                }
                run.stop();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        runners.forEach(Runner::close);
        node.close();
    }
}
