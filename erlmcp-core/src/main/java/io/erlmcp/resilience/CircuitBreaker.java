package io.erlmcp.resilience;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Refuses calls of something that fails, and finds out by itself when it works again.
 *
 * <p>Process model: no thread and no lock. Callers replace the state, which {@link BreakerRules}
 * makes; a closed breaker lets a caller through with one read.
 */
public final class CircuitBreaker {
    private static final BreakerRules.Input ASK = new BreakerRules.Input.Ask();

    private final ComponentId component;
    private final BreakerConfig config;
    private final Time time;
    private final Observer observer;
    private final AtomicReference<BreakerState> state =
            new AtomicReference<>(BreakerRules.initial());

    public CircuitBreaker(
            ComponentId component, BreakerConfig config, Time time, Observer observer) {
        this.component = component;
        this.config = config;
        this.time = time;
        this.observer = observer;
    }

    /** One call that was let through; tells its outcome once, what comes later is ignored. */
    public final class Permit {
        private final long generation;
        private final long begunNanos;
        private final AtomicBoolean told = new AtomicBoolean();

        private Permit(long generation, long begunNanos) {
            this.generation = generation;
            this.begunNanos = begunNanos;
        }

        public void succeeded() {
            if (told.compareAndSet(false, true)) {
                long now = time.nanos();
                apply(new BreakerRules.Input.Succeeded(generation, now - begunNanos), now);
            }
        }

        public void failed() {
            if (told.compareAndSet(false, true)) {
                long now = time.nanos();
                apply(new BreakerRules.Input.Failed(generation, now - begunNanos), now);
            }
        }

        /** The call ended without saying anything about what is called: cancelled, refused. */
        public void givenUp() {
            if (told.compareAndSet(false, true)) {
                apply(new BreakerRules.Input.GivenUp(generation), time.nanos());
            }
        }
    }

    /** Asks to call; null is a refusal. Whoever gets a permit must tell it the outcome. */
    public @Nullable Permit tryAcquire() {
        long now = time.nanos();
        BreakerState seen = state();
        if (seen instanceof BreakerState.Closed) {
            return new Permit(seen.generation(), now);
        }
        BreakerRules.Step step = apply(ASK, now);
        return step.passes() ? new Permit(step.state().generation(), now) : null;
    }

    private BreakerRules.Step apply(BreakerRules.Input input, long now) {
        while (true) {
            BreakerState before = state();
            BreakerRules.Step step = BreakerRules.step(config, before, input, now);
            if (step.state().equals(before) || state.compareAndSet(before, step.state())) {
                String change = step.change();
                if (change != null) {
                    observer.on(
                            new ResilienceEvent.BreakerChanged(
                                    component, before.word(), step.state().word(), change));
                }
                return step;
            }
        }
    }

    public BreakerState state() {
        return Objects.requireNonNull(state.get());
    }

    /** How long it will refuse; zero when it lets calls or probes through. */
    public Duration refusesFor() {
        return state() instanceof BreakerState.Open open
                ? Duration.ofNanos(Math.max(0, open.untilNanos() - time.nanos()))
                : Duration.ZERO;
    }
}
