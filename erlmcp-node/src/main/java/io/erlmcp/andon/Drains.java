package io.erlmcp.andon;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Stops components in order: nothing new, what runs may end, then it is cut, then the component is
 * halted. The halt is kept from the first moment on: a node that dies on the way finds the
 * component halted.
 *
 * <p>Process model: a virtual thread for each component on its way, which looks at what runs every
 * 10 ms and ends with the stop; at most {@value #MAX} at the same time.
 */
public final class Drains {
    /** Stops that are under way at the same time. */
    static final int MAX = 100;

    private static final long LOOK_NANOS = Duration.ofMillis(10).toNanos();

    private final Andon andon;
    private final Work work;
    private final Time time;
    private final Observer observer;
    private final ConcurrentHashMap<ComponentId, Drain> underWay = new ConcurrentHashMap<>();

    public Drains(Andon andon, Work work, Time time, Observer observer) {
        this.andon = andon;
        this.work = work;
        this.time = time;
        this.observer = observer;
    }

    /** How a stop is asked for. */
    public record Order(
            Duration draining, Duration halting, Category category, String reason, String who) {}

    /** A stop that is under way, or over. */
    public static final class Drain {
        private final ComponentId component;
        private final CountDownLatch done = new CountDownLatch(1);
        private volatile DrainStep.State state;
        private volatile boolean isForced;

        private Drain(ComponentId component, DrainStep.State state) {
            this.component = component;
            this.state = state;
        }

        public DrainStep.State state() {
            return state;
        }

        public Phase phase() {
            return state.phase();
        }

        /** Waits for the end; false when it did not come in time. */
        public boolean await(Duration limit) throws InterruptedException {
            return done.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        }
    }

    /** What came of an order: the halt, and the stop where there is one under way. */
    public record Started(Andon.Result halt, Optional<Drain> drain) {}

    /**
     * Halts the component for new calls, and lets what runs come to its end, on a thread of its
     * own. A stop that is under way goes on as it was ordered.
     */
    public Started start(ComponentId component, Order order) {
        Drain known = underWay.get(component);
        if (known == null && underWay.size() >= MAX) {
            String why = MAX + " components are stopping, which is the limit";
            return new Started(
                    new Andon.Result(new AndonStep.Outcome.Refused(why), false, null),
                    Optional.empty());
        }
        long atFirst = work.inFlight(component).running(); // the halt waits for the disk
        Andon.Result halt =
                andon.halt(
                        component,
                        HaltState.HALTED_MANUAL,
                        order.category(),
                        order.reason(),
                        order.who());
        if (halt.outcome() instanceof AndonStep.Outcome.Refused) {
            return new Started(halt, Optional.empty());
        }
        Drain fresh =
                new Drain(
                        component,
                        DrainStep.begin(
                                time.nanos(),
                                order.draining(),
                                order.halting(),
                                Math.max(atFirst, work.inFlight(component).running())));
        Drain winner = underWay.putIfAbsent(component, fresh);
        if (winner != null) {
            return new Started(halt, Optional.of(winner));
        }
        observer.on(new AndonEvent.PhaseChanged(component, Phase.DRAINING));
        Threads.startVirtual("drain " + component, () -> run(fresh, order.who()));
        return new Started(halt, Optional.of(fresh));
    }

    private void run(Drain drain, String who) {
        try {
            while (look(drain, who)) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
        } finally {
            underWay.remove(drain.component, drain);
            drain.done.countDown();
        }
    }

    /** False when it was the last look. */
    private boolean look(Drain drain, String who) {
        long running = work.inFlight(drain.component).running();
        DrainStep.State before = drain.state;
        DrainStep.Input input =
                drain.isForced
                        ? new DrainStep.Input.Forced(running)
                        : new DrainStep.Input.Looked(running);
        DrainStep.Step step = DrainStep.step(before, input, time.nanos());
        if (step.state().phase() != before.phase()) {
            observer.on(new AndonEvent.PhaseChanged(drain.component, step.state().phase()));
        }
        switch (step.effect()) {
            case CUT -> work.cut(drain.component);
            case FINISH -> finish(drain.component, step.state(), who);
            case NOTHING -> {}
        }
        drain.state = step.state(); // last: whoever sees that it has stopped sees all of it
        return step.state().phase() != Phase.STOPPED;
    }

    private void finish(ComponentId component, DrainStep.State state, String who) {
        Duration took = Duration.ofNanos(time.nanos() - state.startedNanos());
        observer.on(new AndonEvent.DrainFinished(component, took, state.drained(), state.forced()));
        receipt(
                who,
                "andon.drained",
                component,
                JsonObject.builder()
                        .put("tookMs", took.toMillis())
                        .put("drained", state.drained())
                        .put("forced", state.forced())
                        .build());
    }

    private void receipt(String who, String action, ComponentId component, JsonObject detail) {
        try {
            andon.receipts().write(who, action, component, detail);
        } catch (IOException e) {
            observer.on(new AndonEvent.NotKept("the receipt of " + action, e.toString()));
        }
    }

    /** Does not wait any longer for what runs; false when no stop is under way. */
    public boolean force(ComponentId component, String who) {
        Drain drain = underWay.get(component);
        if (drain == null) {
            return false;
        }
        long running = work.inFlight(component).running();
        receipt(who, "andon.forced", component, JsonObject.of("running", running));
        drain.isForced = true;
        return true;
    }

    /** Ends what runs for a halted component at once. */
    public void cut(ComponentId component, String who) {
        long running = work.inFlight(component).running();
        receipt(who, "andon.cut", component, JsonObject.of("running", running));
        work.cut(component);
    }

    /** Whether a stop of it is under way. */
    public boolean isUnderWay(ComponentId component) {
        return underWay.containsKey(component);
    }

    /** How far the component is; one that is halted and not on its way has stopped. */
    public Phase phase(ComponentId component) {
        Drain drain = underWay.get(component);
        if (drain != null) {
            return drain.phase();
        }
        return andon.state(component) == HaltState.NORMAL
                ? Phase.RUNNING
                : work.inFlight(component).running() == 0 ? Phase.STOPPED : Phase.DRAINING;
    }

    /** The stops that are under way. */
    public Map<ComponentId, DrainStep.State> underWay() {
        Map<ComponentId, DrainStep.State> all = new TreeMap<>();
        underWay.forEach((component, drain) -> all.put(component, drain.state()));
        return all;
    }
}
