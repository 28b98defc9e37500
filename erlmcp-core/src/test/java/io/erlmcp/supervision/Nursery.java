package io.erlmcp.supervision;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.runtime.Timers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Components that do as a test tells them, and a log of what was done with them. */
final class Nursery implements AutoCloseable {
    final List<String> log = new CopyOnWriteArrayList<>();
    final List<Event> events = new CopyOnWriteArrayList<>();
    final CountDownLatch rootFailed = new CountDownLatch(1);
    volatile @Nullable Throwable rootCause;
    volatile RestartAdvisor advisor = RestartAdvisor.atOnce();
    volatile StartGate gate = StartGate.OPEN;
    volatile Observer telemetry = Observer.NONE;

    private final Timers timers = new Timers("nursery");
    private final Map<String, ComponentFactory.Life> lives = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> starts = new ConcurrentHashMap<>();
    private @Nullable Supervisor root;

    /** A component that works until it is told to fail. */
    ChildSpec child(String name) {
        return ChildSpec.permanent(name, this::run);
    }

    Component run(ComponentFactory.Life life) {
        String path = life.id().path();
        log.add("+" + path);
        lives.put(path, life);
        // last, because who sees it counted goes on with it
        starts.computeIfAbsent(path, it -> new AtomicInteger()).incrementAndGet();
        return () -> log.add("-" + path);
    }

    /** One whose start throws as often as {@code broken} says so. */
    ChildSpec fragile(String name, Function<Integer, Boolean> broken) {
        AtomicInteger tries = new AtomicInteger();
        return ChildSpec.permanent(
                name,
                life -> {
                    int attempt = tries.incrementAndGet();
                    if (broken.apply(attempt)) {
                        log.add("!" + life.id().path());
                        throw new IllegalStateException("attempt " + attempt);
                    }
                    return run(life);
                });
    }

    Surroundings surroundings() {
        return new Surroundings(
                Time.system(),
                timers,
                event -> {
                    events.add(event);
                    telemetry.on(event);
                },
                failure -> advisor.advise(failure),
                component -> gate.denial(component));
    }

    Supervisor start(SupervisorSpec spec) throws Exception {
        Supervisor started =
                Supervisor.start(
                        spec,
                        surroundings(),
                        new ComponentFactory.Life() {
                            @Override
                            public ComponentId id() {
                                return ComponentId.NODE;
                            }

                            @Override
                            public void failed(Throwable cause) {
                                rootCause = cause;
                                rootFailed.countDown();
                            }

                            @Override
                            public void ended() {
                                throw new IllegalStateException("a supervisor has no end");
                            }

                            @Override
                            public void whenGone(Runnable action) {
                                throw new IllegalStateException("nobody monitors the root");
                            }
                        });
        root = started;
        return started;
    }

    void crash(String path) {
        ComponentFactory.Life life = lives.get(path);
        if (life == null) {
            throw new IllegalStateException(path + " does not run");
        }
        life.failed(new IllegalStateException("crash"));
    }

    ComponentFactory.Life life(String path) {
        ComponentFactory.Life life = lives.get(path);
        if (life == null) {
            throw new IllegalStateException(path + " does not run");
        }
        return life;
    }

    int starts(String path) {
        AtomicInteger count = starts.get(path);
        return count == null ? 0 : count.get();
    }

    ComponentState state(Supervisor supervisor, String path) {
        return find(supervisor, path).orElseThrow();
    }

    private static Optional<ComponentState> find(Supervisor supervisor, String path) {
        return supervisor.states().stream()
                .flatMap(ComponentState::all)
                .filter(it -> it.id().path().equals(path))
                .findFirst();
    }

    /** False too while it is not to be seen, as below a supervisor that starts. */
    boolean runs(Supervisor supervisor, String path, int starts) {
        return starts(path) == starts
                && find(supervisor, path)
                        .filter(it -> it.status() == ComponentStatus.RUNNING)
                        .isPresent();
    }

    <E extends Event> Stream<E> told(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast);
    }

    int pendingTimers() {
        return timers.pending();
    }

    static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }

    @Override
    public void close() throws InterruptedException {
        if (root != null) {
            root.stop();
        }
        timers.close();
    }
}
