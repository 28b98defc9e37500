package io.erlmcp.recovery;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.runtime.Timers;
import io.erlmcp.supervision.Failure;
import io.erlmcp.supervision.Now;
import io.erlmcp.supervision.RestartAdvice;
import io.erlmcp.supervision.RestartAdvisor;
import io.erlmcp.supervision.SupervisionEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Phaser;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The recovery manager: the supervisors of a tree ask it before each restart, and it carries out
 * what else a plan orders. It hears of what happens as an observer of the tree.
 *
 * <p>Process model: no thread of its own. It decides on the threads of the supervisors and the
 * timer of the tree; what has to wait (evidence, halts, receipts) runs on a virtual thread for each
 * decision, which {@link #close} joins. {@code lock} guards the change of {@code state} and the
 * decision log; nothing is called while it is held. {@code showing} guards the order in which the
 * health of the node hears of conditions.
 */
public final class Recovery implements RestartAdvisor, Observer, AutoCloseable {
    private static final Duration LAST_WORK = Duration.ofSeconds(2);

    /** Looking at a node takes memory and time, when it may have little of both. */
    private static final int MAX_LOOKS = 2;

    private final RecoveryLimits limits;
    private final RecoveryStep step;
    private final Around around;
    private final Neighbours neighbours;
    private final Evidence evidence;
    private final Bundles bundles;
    private final Semaphore looks = new Semaphore(MAX_LOOKS);

    /** Those who work, and whoever closes this. */
    private final Phaser working = new Phaser(1);

    private final DecisionLog decisions;
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock showing = new ReentrantLock();
    private volatile RecoveryState state = RecoveryState.EMPTY;

    /** Null until somebody looks. */
    private volatile @Nullable List<Decision> earlier;

    private volatile boolean isClosed;

    /**
     * What it stands in.
     *
     * @param timers of the tree; owned by whoever made them
     * @param observer hears of {@link RecoveryEvent}s
     * @param data the data folder; null when nothing is kept
     */
    public record Around(
            Time time, Timers timers, Observer observer, Secrets secrets, @Nullable Path data) {}

    public Recovery(
            RecoveryLimits limits, Around around, Neighbours neighbours, Evidence evidence) {
        this.limits = limits;
        this.decisions = new DecisionLog(limits.decisions());
        this.step = new RecoveryStep(limits);
        this.around = around;
        this.neighbours = neighbours;
        this.evidence = evidence;
        this.bundles = new Bundles(limits.bundles().count(), around.data());
        try {
            bundles.open();
        } catch (IOException e) {
            tell(new RecoveryEvent.NotDone(ComponentId.NODE, "bundles", e.toString()));
        }
    }

    // ---- what supervisors ask, and tell ----

    @Override
    public RestartAdvice advise(Failure failure) {
        return step.advise(state, facts(failure), Now.of(around.time()));
    }

    private FailureFacts facts(Failure failure) {
        ComponentId component = failure.component();
        return new FailureFacts(
                failure,
                ErrorText.of(failure, around.secrets()),
                neighbours.limits(component),
                neighbours.refused(component),
                neighbours.needs(component));
    }

    @Override
    public void on(Event event) {
        if (event instanceof SupervisionEvent it) {
            heard(it);
        }
    }

    private void heard(SupervisionEvent event) {
        switch (event) {
            case SupervisionEvent.Failed it ->
                    take(new RecoveryInput.Failed(facts(it.failure()), it.advice()));
            case SupervisionEvent.Started it -> take(new RecoveryInput.Started(it.component()));
            case SupervisionEvent.Stopped it -> take(new RecoveryInput.Stopped(it.component()));
            case SupervisionEvent.Ended it -> take(new RecoveryInput.Stopped(it.component()));
            case SupervisionEvent.StartDenied it ->
                    take(new RecoveryInput.Denied(it.component(), it.reason()));
            case SupervisionEvent.StopFailed it -> {}
            case SupervisionEvent.MonitorFailed it -> {}
            case SupervisionEvent.Abandoned it -> {}
            case SupervisionEvent.AbandonedReturned it -> {}
            case SupervisionEvent.Escalated it -> {}
            case SupervisionEvent.ChildRefused it -> {}
            case SupervisionEvent.DecisionFailed it -> {}
        }
    }

    /** An operator lets go on what is within {@code resumed}. */
    public void resumed(ComponentId resumed) {
        for (ComponentId component : state.components().keySet()) {
            if (component.isWithin(resumed)) {
                take(new RecoveryInput.Resumed(component));
            }
        }
    }

    // ---- what is done ----

    private void take(RecoveryInput input) {
        RecoveryStep.Outcome outcome;
        lock.lock();
        try {
            outcome = step.step(state, input, Now.of(around.time()));
            state = outcome.state();
        } finally {
            lock.unlock();
        }
        List<Runnable> work = new ArrayList<>();
        outcome.effects().forEach(effect -> carryOut(effect, work));
        if (!work.isEmpty() && !isClosed) {
            start("recovery " + input.component(), work);
        }
    }

    private void carryOut(RecoveryEffect effect, List<Runnable> work) {
        switch (effect) {
            case RecoveryEffect.Tell it -> tell(it.event());
            case RecoveryEffect.Wake it -> wake(it);
            case RecoveryEffect.Show it -> {
                show(it.component());
                if (it.condition() == Condition.DEGRADED) {
                    work.add(() -> receipt(it));
                }
            }
            case RecoveryEffect.HoldBack it ->
                    work.add(() -> neighbours.holdBack(it.component(), it.shortage()));
            case RecoveryEffect.Halt it -> work.addFirst(() -> halt(it));
            case RecoveryEffect.Investigate it -> work.add(() -> investigate(it));
        }
    }

    /** Shows what holds now, whoever comes first. */
    private void show(ComponentId component) {
        showing.lock();
        try {
            ComponentRecovery known = state.of(component);
            String condition = known.condition().text();
            FailureEntry last = known.history().isEmpty() ? null : known.history().getLast();
            String detail =
                    last == null
                            ? condition
                            : condition + ": " + last.type().text() + ": " + last.text().error();
            neighbours.show(component, known.condition(), detail);
        } finally {
            showing.unlock();
        }
    }

    private void wake(RecoveryEffect.Wake effect) {
        if (!isClosed) {
            around.timers()
                    .after(
                            effect.delay(),
                            () ->
                                    take(
                                            new RecoveryInput.Due(
                                                    effect.component(), effect.sinceNanos())));
        }
    }

    private void start(String name, List<Runnable> work) {
        working.register();
        Threads.startVirtual(
                name,
                () -> {
                    try {
                        work.forEach(Runnable::run);
                    } finally {
                        working.arriveAndDeregister();
                    }
                });
    }

    private void halt(RecoveryEffect.Halt effect) {
        try {
            neighbours.halt(effect.component(), effect.reason());
        } catch (IOException e) {
            notDone(effect.component(), "halt", e);
        }
    }

    private void receipt(RecoveryEffect.Show effect) {
        try {
            neighbours.receipt(
                    "recovery.degrade",
                    effect.component(),
                    JsonObject.of("class", effect.type().text()));
        } catch (IOException e) {
            notDone(effect.component(), "receipt", e);
        }
    }

    private void investigate(RecoveryEffect.Investigate effect) {
        boolean isKept = false;
        looks.acquireUninterruptibly();
        try {
            Bundle bundle =
                    Bundle.collect(
                            effect,
                            evidence,
                            around.secrets(),
                            around.time().now(),
                            limits.bundles().maxChars());
            bundles.keep(bundle);
            tell(new RecoveryEvent.BundleKept(effect.component(), bundle.chars()));
            isKept = true;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            // whatever keeps it from looking must not keep it from recovering
            notDone(effect.component(), "investigation", e);
        } finally {
            looks.release();
        }
        take(new RecoveryInput.Investigated(effect.component(), effect.type(), isKept));
    }

    private void notDone(ComponentId component, String what, Throwable problem) {
        tell(new RecoveryEvent.NotDone(component, what, problem.toString()));
    }

    private void tell(RecoveryEvent event) {
        Decision decision = Decision.of(event, around.time().now());
        if (decision != null) {
            lock.lock();
            try {
                decisions.add(decision);
            } finally {
                lock.unlock();
            }
        }
        around.observer().on(event);
    }

    // ---- reads ----

    /** Everything that is remembered, as of now. */
    public RecoveryState state() {
        return state;
    }

    /** The newest bundle of a component. */
    public Optional<Bundle> bundle(ComponentId component) {
        return bundles.of(component);
    }

    /** The newest bundle of a component, for operators; null for none. */
    public @Nullable JsonObject evidence(ComponentId component) {
        return bundle(component).map(Bundle::json).orElse(null);
    }

    Map<ComponentId, Instant> bundleTimes() {
        return bundles.times();
    }

    /** The decision log of this run, the oldest first. */
    List<Decision> decisions() {
        lock.lock();
        try {
            return decisions.lines();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The decision log, what earlier runs of the node decided included, the oldest first; waits for
     * the disk the first time.
     */
    List<Decision> allDecisions() {
        List<Decision> all = new ArrayList<>(earlier());
        all.addAll(decisions());
        return all;
    }

    private List<Decision> earlier() {
        List<Decision> known = earlier;
        if (known == null) {
            try {
                known = List.copyOf(neighbours.earlierDecisions(limits.decisions()));
            } catch (IOException e) {
                notDone(ComponentId.NODE, "reading of earlier decisions", e);
                return List.of();
            }
            earlier = known;
        }
        return known;
    }

    RecoveryLimits limits() {
        return limits;
    }

    Time time() {
        return around.time();
    }

    Neighbours neighbours() {
        return neighbours;
    }

    /** Waits for what is under way; nothing more is begun. */
    @Override
    public void close() {
        isClosed = true;
        try {
            int phase = working.arriveAndDeregister();
            working.awaitAdvanceInterruptibly(phase, LAST_WORK.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException e) {
            tell(new RecoveryEvent.NotDone(ComponentId.NODE, "last work", "it takes too long"));
        }
    }
}
