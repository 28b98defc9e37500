package io.erlmcp.reliability;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.resilience.BreakerConfig;
import io.erlmcp.resilience.BreakerRules;
import io.erlmcp.resilience.BreakerState;
import io.erlmcp.resilience.CircuitBreaker;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Callers who all ask a breaker when its time for probes has come. The clock stands still
 * meanwhile.
 *
 * <p>Process model: a virtual thread for each caller, joined before the next round.
 */
final class ProbesAtOnce {
    private static final BreakerConfig CONFIG = BreakerConfig.DEFAULTS;

    private final int callers;
    private final boolean races;
    private final Findings findings;
    private final AtomicLong nanos = new AtomicLong();
    private final Time time =
            new Time() {
                @Override
                public long nanos() {
                    return nanos.get();
                }

                @Override
                public Instant now() {
                    return Instant.EPOCH.plusNanos(nanos.get());
                }
            };

    /**
     * @param races for a control: two callers may see the same state before either changes it
     */
    ProbesAtOnce(int callers, boolean races, Findings findings) {
        this.callers = callers;
        this.races = races;
        this.findings = findings;
    }

    /** What callers do with the leave that they get. */
    private enum Outcome {
        ALL_SUCCEED,
        ONE_FAILS,
        FAIL_AT_ONCE,
        GIVE_UP
    }

    /** Leave to call. */
    private interface Leave {
        void succeeded();

        void failed();

        void givenUp();
    }

    /** Asks for leave; null is a refusal. */
    private interface Asked {
        @Nullable Leave ask();
    }

    void run(int rounds, Random random) throws InterruptedException {
        for (int i = 0; i < rounds; i++) {
            Outcome[] all = Outcome.values();
            round(i < all.length ? all[i] : all[random.nextInt(all.length)]);
        }
        findings.count("breaker_rounds", rounds);
    }

    private void round(Outcome outcome) throws InterruptedException {
        CircuitBreaker breaker =
                new CircuitBreaker(ComponentId.of("r27"), CONFIG, time, event -> {});
        for (int i = 0; i < CONFIG.failures(); i++) {
            CircuitBreaker.Permit permit = breaker.tryAcquire();
            if (permit == null) {
                findings.fail("refused before it was open");
                return;
            }
            permit.failed();
        }
        findings.check(breaker.tryAcquire() == null, "open, and lets a call through");
        nanos.addAndGet(CONFIG.openFor().toNanos());

        Asked asked = races ? new CheckThenAct(breaker.state())::ask : () -> leave(breaker);
        List<Leave> probes = allAsk(asked, outcome);
        findings.largest("most_probes", probes.size());
        findings.check(
                probes.size() <= CONFIG.probes() && !probes.isEmpty(),
                outcome + ": " + probes.size() + " probes, the limit is " + CONFIG.probes());
        if (!races) {
            judge(breaker, probes, outcome);
        }
    }

    private static @Nullable Leave leave(CircuitBreaker breaker) {
        CircuitBreaker.Permit permit = breaker.tryAcquire();
        return permit == null
                ? null
                : new Leave() {
                    @Override
                    public void succeeded() {
                        permit.succeeded();
                    }

                    @Override
                    public void failed() {
                        permit.failed();
                    }

                    @Override
                    public void givenUp() {
                        permit.givenUp();
                    }
                };
    }

    private List<Leave> allAsk(Asked asked, Outcome outcome) throws InterruptedException {
        CountDownLatch together = new CountDownLatch(1);
        AtomicReference<List<Leave>> probes = new AtomicReference<>(List.of());
        AtomicInteger refused = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            threads.add(
                    Threads.startVirtual(
                            "caller",
                            () -> {
                                awaitOthers(together);
                                Leave leave = asked.ask();
                                if (leave == null) {
                                    refused.incrementAndGet();
                                    return;
                                }
                                probes.updateAndGet(it -> with(it, leave));
                                if (outcome == Outcome.FAIL_AT_ONCE) {
                                    leave.failed();
                                }
                            }));
        }
        together.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        List<Leave> all = Objects.requireNonNull(probes.get());
        findings.count("asked", callers);
        findings.check(
                refused.get() + all.size() == callers,
                (callers - refused.get() - all.size()) + " callers have no answer");
        return all;
    }

    private static void awaitOthers(CountDownLatch together) {
        try {
            together.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<Leave> with(List<Leave> before, Leave more) {
        List<Leave> all = new ArrayList<>(before);
        all.add(more);
        return all;
    }

    private void judge(CircuitBreaker breaker, List<Leave> probes, Outcome outcome) {
        switch (outcome) {
            case ALL_SUCCEED -> {
                probes.forEach(Leave::succeeded);
                is(breaker, BreakerState.Closed.class, outcome);
            }
            case ONE_FAILS -> {
                probes.getFirst().failed();
                is(breaker, BreakerState.Open.class, outcome);
                probes.forEach(Leave::succeeded); // they are of another time
                is(breaker, BreakerState.Open.class, outcome);
            }
            case FAIL_AT_ONCE -> is(breaker, BreakerState.Open.class, outcome);
            case GIVE_UP -> {
                probes.forEach(Leave::givenUp);
                List<Leave> again = new ArrayList<>();
                for (Leave it = leave(breaker); it != null; it = leave(breaker)) {
                    again.add(it);
                }
                findings.check(
                        again.size() == CONFIG.probes(),
                        again.size() + " probes after as many were given up");
            }
        }
    }

    private void is(CircuitBreaker breaker, Class<? extends BreakerState> kind, Outcome outcome) {
        findings.check(
                kind.isInstance(breaker.state()),
                outcome + ": it is " + breaker.state().word() + " afterwards");
    }

    /** A breaker of the same rules that looks first and changes then. */
    private final class CheckThenAct {
        private volatile BreakerState state;

        CheckThenAct(BreakerState state) {
            this.state = state;
        }

        @Nullable Leave ask() {
            BreakerRules.Step step =
                    BreakerRules.step(CONFIG, state, new BreakerRules.Input.Ask(), nanos.get());
            LockSupport.parkNanos(1);
            state = step.state();
            return step.passes() ? new Ignored() : null;
        }
    }

    /** Nobody asks what becomes of it. */
    private static final class Ignored implements Leave {
        @Override
        public void succeeded() {}

        @Override
        public void failed() {}

        @Override
        public void givenUp() {}
    }
}
