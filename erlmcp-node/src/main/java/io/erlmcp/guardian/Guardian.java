package io.erlmcp.guardian;

import io.erlmcp.observability.Observer;
import io.erlmcp.observability.ResourceLevel;
import io.erlmcp.resilience.Brake;
import io.erlmcp.resilience.Restraint;
import io.erlmcp.resilience.Room;
import io.erlmcp.runtime.Time;
import io.erlmcp.supervision.Component;
import io.erlmcp.supervision.ComponentFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches resources, and carries out what {@link GuardianStep} decides: tells, pulls the brake, and
 * in the end stops the node.
 *
 * <p>Process model: one platform thread for each run, of which there is one at a time, started by
 * {@link #run} and joined by its end; a supervisor starts the next when it ends by itself. It must
 * not be virtual, because it helps when virtual threads get no carrier. What it remembers outlives
 * the runs. Operators may ask for steps from other threads; they take turns with it.
 */
public final class Guardian implements AutoCloseable {
    private static final long TICK_NANOS = Duration.ofMillis(200).toNanos();
    private static final int FASTER = 5;

    /** Looks between two collections that the guardian asks for. */
    private static final int LOOKS_PER_COLLECTION = 6;

    /** Looks in a row that may fail before a heap that is full ends the node. */
    private static final int FAILURES = 3;

    private static final double FULL = 0.85;

    /** Made while there is memory for it. */
    private static final GuardianEvent.EmergencyStop HEAP_IS_FULL =
            new GuardianEvent.EmergencyStop(Resource.MEMORY, "heap", 100);

    private final GuardianConfig config;
    private final GuardianStep decisions;
    private final Parts parts;
    private final Surroundings around;

    /** Guards the state, so that looks and operators take turns. */
    private final ReentrantLock turn = new ReentrantLock();

    private volatile GuardianState state = GuardianState.CALM;
    private volatile @Nullable Sample last;
    private Baseline baseline = new Baseline(1, Room.NONE);
    private long lookNanos;
    private long collectNanos;
    private volatile @Nullable Carriers carriers;
    private volatile @Nullable GuardianRun current;

    /** Whether nobody looks, after somebody did. */
    private volatile boolean isBlind;

    /** Turns since the last look that went well. Like {@link #trouble}, of its own thread alone. */
    private int failures;

    /** What went wrong in the turn before. */
    private @Nullable Throwable trouble;

    /** What the guardian works with. */
    public record Parts(Measures measures, Brake brake, EmergencyStop stop, Usual usual) {}

    /**
     * What the node does when nothing is held back.
     *
     * @param running calls that run now
     * @param open what is open now
     * @param abandoned calls whose threads do not come back
     * @param maxRunning calls that may run
     * @param most what may be open
     */
    public record Usual(
            IntSupplier running,
            Supplier<Room> open,
            IntSupplier abandoned,
            int maxRunning,
            Room most) {}

    /** What it was told of the world. */
    public record Surroundings(Time time, Observer observer, CarrierLimits carriers) {}

    /** How much there was when holding back began: no more than that from then on. */
    private record Baseline(int running, Room open) {}

    public Guardian(GuardianConfig config, Parts parts, Surroundings around) {
        this.config = config;
        this.decisions = new GuardianStep(config);
        this.parts = parts;
        this.around = around;
        long now = around.time().nanos();
        this.lookNanos = now;
        this.collectNanos = now;
    }

    /** Begins to watch. */
    public Component run(ComponentFactory.Life life) {
        Carriers known = carriers; // what was added for calls that loop outlives a run
        Carriers all = known == null ? Carriers.of(around, parts.usual().abandoned()) : known;
        carriers = all;
        GuardianRun run = GuardianRun.start(life, stopped -> watch(all, stopped));
        current = run;
        isBlind = false;
        return () -> stop(run);
    }

    /** Nobody looks any more, so nobody would end what holds the node back. */
    private void stop(GuardianRun run) throws InterruptedException {
        run.stop();
        turn.lock();
        try {
            if (run.equals(current)) {
                isBlind = true;
                parts.brake().set(Restraint.NONE);
            }
        } finally {
            turn.unlock();
        }
    }

    /** Whoever watches must not die of what it watches for. */
    private void watch(Carriers all, CountDownLatch stopped) {
        boolean goesOn = true;
        while (goesOn) {
            try {
                failures++;
                goesOn = turn(all, stopped);
            } catch (RuntimeException | Error problem) {
                trouble = problem; // told in the next turn: here may be no memory for anything
            }
        }
    }

    /** Returns false when there is nothing more to do. */
    private boolean turn(Carriers all, CountDownLatch stopped) {
        Throwable before = trouble;
        if (before != null) {
            LockSupport.parkNanos(
                    TICK_NANOS); // a call that went too far may give back what it took
            trouble = null;
            if (!(before instanceof OutOfMemoryError)) {
                around.observer().on(new GuardianEvent.StepFailed("look", before));
            } else if (failures > FAILURES && isHeapFull()) {
                parts.stop().now(HEAP_IS_FULL);
            }
        }
        long tick = Math.min(TICK_NANOS, pause().toNanos());
        try {
            if (stopped.await(tick, TimeUnit.NANOSECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        all.tick();
        if (around.time().nanos() - lookNanos >= pause().toNanos()) {
            look();
            failures = 0;
        } else if (failures > 0 && trouble == null && before == null) {
            failures--;
        }
        return true;
    }

    private static boolean isHeapFull() {
        Runtime jvm = Runtime.getRuntime();
        return jvm.totalMemory() - jvm.freeMemory() >= jvm.maxMemory() * FULL;
    }

    private Duration pause() {
        return state.worst() == ResourceLevel.NORMAL && state.percent() == 100
                ? config.interval()
                : config.interval().dividedBy(FASTER);
    }

    /** Looks at everything, and does what follows from it. */
    void look() {
        turn.lock();
        try {
            lookNanos = around.time().nanos();
            Sample sample = parts.measures().sample();
            last = sample;
            carryOut(decisions.step(state, sample));
            if (needsCollection(sample)) {
                collectNanos = around.time().nanos();
                parts.measures().collect();
            }
        } finally {
            turn.unlock();
        }
    }

    /**
     * What is in the heap is only known after a collection: before the node holds back or ends
     * because of garbage, and while it does, one is asked for, but not with every look.
     */
    private boolean needsCollection(Sample sample) {
        Reading memory = sample.of(Resource.MEMORY);
        Thresholds limits = config.of(Resource.MEMORY);
        boolean isWorthIt =
                memory.percent() >= limits.degrade()
                        || state.of(Resource.MEMORY).level().compareTo(ResourceLevel.DEGRADED) >= 0;
        boolean isUrgent = memory.hardPercent() >= limits.hard();
        long apart =
                isUrgent
                        ? pause().toNanos()
                        : config.interval().toNanos() * LOOKS_PER_COLLECTION / FASTER;
        return isWorthIt && around.time().nanos() - collectNanos >= apart;
    }

    private void carryOut(GuardianStep.Outcome outcome) {
        boolean began = state.percent() == 100 && outcome.state().percent() < 100;
        state = outcome.state();
        if (began) {
            baseline =
                    new Baseline(
                            Math.max(1, parts.usual().running().getAsInt()),
                            atLeastOne(parts.usual().open().get()));
        }
        parts.brake().set(restraint());
        List<GuardianEvent> events = outcome.events();
        for (GuardianEvent event : events) {
            if (!(event instanceof GuardianEvent.EmergencyStop)) {
                around.observer().on(event);
            }
        }
        outcome.emergency().ifPresent(parts.stop()::now);
    }

    /**
     * Of connections and sessions one is let in even where there were none: a node that was idle
     * when it began to hold back would serve nobody, however long that lasts.
     */
    private static Room atLeastOne(Room open) {
        return new Room(
                Math.max(1, open.connections()),
                Math.max(1, open.sessions()),
                open.streams(),
                open.tasks());
    }

    private Restraint restraint() {
        int percent = state.percent();
        if (percent == 100) {
            return restraintOfBounded();
        }
        return new Restraint(
                true,
                Math.max(1, between(baseline.running(), parts.usual().maxRunning(), percent)),
                percent,
                between(baseline.open(), parts.usual().most(), percent),
                state.isHolding(),
                "the node is short of resources");
    }

    /** What has a limit of its own holds back nothing but itself, and what matters least. */
    private Restraint restraintOfBounded() {
        boolean isFull = state.isDegraded(Resource.CONNECTIONS);
        boolean isBusy = state.shedding() || state.isDegraded(Resource.CALLS);
        if (!isFull) {
            return isBusy ? Restraint.shedding("the node is busy") : Restraint.NONE;
        }
        double share = config.of(Resource.CONNECTIONS).degrade() / 100;
        int most = (int) Math.max(1, parts.usual().most().connections() * share);
        return new Restraint(
                isBusy,
                Integer.MAX_VALUE,
                100,
                Room.UNBOUNDED.withConnections(most),
                false,
                "the node has as many connections as it may");
    }

    /** From the baseline, while as much as possible is held back, to all that there usually is. */
    private int between(int base, int all, int percent) {
        int keep = config.keepPercent();
        if (keep == 100 || base >= all) {
            return base;
        }
        return (int) (base + (long) (all - base) * (percent - keep) / (100 - keep));
    }

    private Room between(Room base, Room all, int percent) {
        return new Room(
                between(base.connections(), all.connections(), percent),
                between(base.sessions(), all.sessions(), percent),
                between(base.streams(), all.streams(), percent),
                between(base.tasks(), all.tasks(), percent));
    }

    // ---- for operators and code ----

    /** What of each resource is in use, in per cent of its limit; empty before the first look. */
    public Map<Resource, Reading> usage() {
        Sample sample = last;
        return sample == null ? Map.of() : sample.readings();
    }

    /** Processor time of the node, in per cent of the processors it may use. */
    public double cpuPercent() {
        Sample sample = last;
        return sample == null ? 0 : sample.cpuPercent();
    }

    /** How short each resource is. */
    public Map<Resource, ResourceLevel> levels() {
        return state.levels();
    }

    /** How short the resource is that is shortest. */
    public ResourceLevel level() {
        return state.worst();
    }

    /** Whether the node holds back because of {@code resource}. */
    public boolean isDegraded(Resource resource) {
        return state.isDegraded(resource);
    }

    /** What callers have of their usual limits. */
    public int percent() {
        return state.percent();
    }

    /** How long the resource lasts if it goes on like this; null when that is not to be seen. */
    public @Nullable Duration untilHard(Resource resource) {
        return state.of(resource).trend().until(config.of(resource).hard()).orElse(null);
    }

    /**
     * Holds back as if {@code resource} were short; over when two looks say that it is not.
     *
     * @param why in a few words, for whoever hears of it
     */
    public void degrade(Resource resource, String why) {
        turn.lock();
        try {
            if (!isBlind && !state.isDegraded(resource)) {
                carryOut(
                        decisions.forced(
                                state,
                                new GuardianEvent.Degraded(resource, why, percentOf(resource)),
                                around.time().nanos()));
            }
        } finally {
            turn.unlock();
        }
    }

    /** Ends the node because of {@code resource}, without a further look. */
    public void emergency(Resource resource, String what) {
        parts.stop().now(new GuardianEvent.EmergencyStop(resource, what, percentOf(resource)));
    }

    private double percentOf(Resource resource) {
        Reading reading = usage().get(resource);
        return reading == null ? 0 : reading.percent();
    }

    @Override
    public void close() {
        GuardianRun running = current;
        try {
            if (running != null) {
                stop(running);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        parts.brake().set(Restraint.NONE);
        parts.stop().close();
        parts.measures().close();
    }

    /**
     * Takes away the carriers that were added. Only once all else has stopped: calls that loop hold
     * theirs until the process ends, and stopping needs one, too.
     */
    public void takeCarriersBack() {
        Carriers added = carriers;
        if (added != null) {
            added.reset();
        }
    }
}
