package io.erlmcp.supervision;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Timers.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run of a component, from the call of its factory to the end of its stop.
 *
 * <p>Process model: made and told to stop by its {@link GroupRunner}. The start is a virtual
 * thread, the stop another; a stop during the start interrupts the first, which then stops what it
 * made. The tree's timers interrupt both when they take too long, and give up on them a moment
 * later. The lock guards where the run is; nothing is called while it is held.
 */
final class Run implements ComponentFactory.Life {
    /** What an interrupted start or stop has left, before it is abandoned. */
    static final Duration LAST_MOMENT = Duration.ofMillis(250);

    private enum Place {
        STARTING,
        WORKING,
        STOPPING,
        /** Reported as gone, but a thread of it goes on. */
        ABANDONED,
        GONE
    }

    private final ComponentId id;
    private final int number;
    private final ChildSpec spec;
    private final Surroundings surroundings;
    private final Consumer<GroupEvent> events;
    private final AtomicBoolean over = new AtomicBoolean();
    private final long createdNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private Place place = Place.STARTING;
    private final List<Runnable> monitors = new ArrayList<>();
    private boolean isLate;
    private boolean isGone;
    private long stopNanos;
    private @Nullable Component component;
    private @Nullable Thread worker;
    private @Nullable Timer limit;

    Run(
            ComponentId id,
            int number,
            ChildSpec spec,
            Surroundings surroundings,
            Consumer<GroupEvent> events) {
        this.id = id;
        this.number = number;
        this.spec = spec;
        this.surroundings = surroundings;
        this.events = events;
        createdNanos = surroundings.time().nanos();
    }

    @Override
    public ComponentId id() {
        return id;
    }

    @Override
    public void failed(Throwable cause) {
        if (over.compareAndSet(false, true)) {
            events.accept(new GroupEvent.Over(id, number, cause));
        }
    }

    @Override
    public void ended() {
        if (over.compareAndSet(false, true)) {
            events.accept(new GroupEvent.Over(id, number, null));
        }
    }

    @Override
    public void whenGone(Runnable action) {
        lock.lock();
        try {
            if (!isGone) {
                monitors.add(action);
                return;
            }
        } finally {
            lock.unlock();
        }
        runMonitor(action);
    }

    /** Comes before the supervisor hears of it, so before another run. */
    private void gone() {
        List<Runnable> all;
        lock.lock();
        try {
            isGone = true;
            all = List.copyOf(monitors);
            monitors.clear();
        } finally {
            lock.unlock();
        }
        all.forEach(this::runMonitor);
    }

    private void runMonitor(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error bug) {
            tell(new SupervisionEvent.MonitorFailed(id, bug));
        }
    }

    /** What runs now; null before the start has returned. */
    @Nullable Component component() {
        lock.lock();
        try {
            return component;
        } finally {
            lock.unlock();
        }
    }

    void start() {
        try {
            begin();
        } catch (RuntimeException | Error failure) { // such as no memory for a thread
            if (startReturned(null) == Place.STARTING) {
                report(null, failure);
            }
        }
    }

    private void begin() {
        lock.lock();
        try {
            limit = after(spec.startTimeout(), this::startIsLate);
            worker = Threads.startVirtual("start " + id, this::open);
        } finally {
            lock.unlock();
        }
    }

    private void open() {
        Component made = null;
        Throwable failure = null;
        try {
            made =
                    spec.factory() instanceof Branch branch
                            ? branch.start(surroundings, this)
                            : spec.factory().start(this);
        } catch (Throwable e) {
            // whatever it is, an error too: it is reported, and this component has not started
            failure = e;
        }
        Place was = startReturned(made);
        // whoever interrupted the start did not mean what follows
        boolean _ = Thread.interrupted();
        switch (was) {
            case STARTING -> report(made, failure);
            case STOPPING -> finishStop(made);
            case ABANDONED -> {
                stopQuietly(made);
                tell(new SupervisionEvent.AbandonedReturned(id, "start"));
            }
            case WORKING, GONE -> throw new IllegalStateException(id + " has started twice");
        }
    }

    private Place startReturned(@Nullable Component made) {
        lock.lock();
        try {
            Place was = place;
            if (was == Place.STARTING) {
                cancelLimit();
                component = made;
                worker = null;
                place = made == null ? Place.GONE : Place.WORKING;
            }
            return was;
        } finally {
            lock.unlock();
        }
    }

    private void report(@Nullable Component made, @Nullable Throwable failure) {
        if (made != null) {
            tell(new SupervisionEvent.Started(id, number, since(createdNanos)));
            events.accept(new GroupEvent.Started(id, number));
        } else {
            gone();
            Throwable cause = failure == null ? new NullPointerException("no component") : failure;
            events.accept(
                    new GroupEvent.StartFailed(id, number, isLate ? lateStart(cause) : cause));
        }
    }

    private Exception lateStart(@Nullable Throwable cause) {
        TimeoutException late =
                new TimeoutException(
                        id + " has not started within " + spec.startTimeout().toMillis() + " ms");
        if (cause != null) {
            late.initCause(cause);
        }
        return late;
    }

    private void startIsLate() {
        lock.lock();
        try {
            if (place == Place.STARTING && worker != null) {
                isLate = true;
                worker.interrupt();
                limit = after(LAST_MOMENT, this::abandonStart);
            }
        } finally {
            lock.unlock();
        }
    }

    private void abandonStart() {
        lock.lock();
        try {
            if (place != Place.STARTING) {
                return;
            }
            place = Place.ABANDONED;
        } finally {
            lock.unlock();
        }
        gone();
        tell(new SupervisionEvent.Abandoned(id, "start", spec.startTimeout()));
        events.accept(new GroupEvent.StartFailed(id, number, lateStart(null)));
    }

    /** Ends the run; {@link GroupEvent.Stopped} follows in any case. Called once. */
    void stop() {
        over.set(true);
        try {
            if (!hasBegunToStop()) {
                events.accept(new GroupEvent.Stopped(id, number));
            }
        } catch (RuntimeException | Error failure) { // such as no memory for a thread
            Surroundings.report(failure);
            abandonStop();
        }
    }

    private boolean hasBegunToStop() {
        lock.lock();
        try {
            if (place == Place.GONE || place == Place.ABANDONED) {
                return false;
            }
            beginStop();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void beginStop() {
        cancelLimit();
        stopNanos = surroundings.time().nanos();
        limit = after(spec.stopTimeout(), this::stopIsLate);
        boolean wasWorking = place == Place.WORKING;
        place = Place.STOPPING;
        Component working = component;
        if (wasWorking) {
            worker = Threads.startVirtual("stop " + id, () -> finishStop(working));
        } else if (worker != null) {
            worker.interrupt();
        }
    }

    private void finishStop(@Nullable Component made) {
        stopQuietly(made);
        Place was = stopReturned();
        gone();
        if (was == Place.ABANDONED) {
            tell(new SupervisionEvent.AbandonedReturned(id, "stop"));
        } else {
            tell(new SupervisionEvent.Stopped(id, number, since(stopNanos)));
            events.accept(new GroupEvent.Stopped(id, number));
        }
    }

    private Place stopReturned() {
        lock.lock();
        try {
            Place was = place;
            cancelLimit();
            place = Place.GONE;
            component = null;
            worker = null;
            return was;
        } finally {
            lock.unlock();
        }
    }

    private void stopQuietly(@Nullable Component made) {
        if (made == null) {
            return;
        }
        try {
            made.stop();
        } catch (Throwable e) {
            // it counts as stopped, whatever it threw; people are told
            tell(new SupervisionEvent.StopFailed(id, e));
        }
    }

    private void stopIsLate() {
        lock.lock();
        try {
            if (place == Place.STOPPING && worker != null) {
                worker.interrupt();
                limit = after(LAST_MOMENT, this::abandonStop);
            }
        } finally {
            lock.unlock();
        }
    }

    private void abandonStop() {
        lock.lock();
        try {
            if (place != Place.STOPPING) {
                return;
            }
            place = Place.ABANDONED;
        } finally {
            lock.unlock();
        }
        gone();
        tell(new SupervisionEvent.Abandoned(id, "stop", spec.stopTimeout()));
        events.accept(new GroupEvent.Stopped(id, number));
    }

    private Timer after(Duration delay, Runnable action) {
        return surroundings.timers().after(delay, action);
    }

    private void cancelLimit() {
        if (limit != null) {
            limit.cancel();
            limit = null;
        }
    }

    private Duration since(long nanos) {
        return Duration.ofNanos(surroundings.time().nanos() - nanos);
    }

    private void tell(SupervisionEvent event) {
        surroundings.tell(event);
    }
}
