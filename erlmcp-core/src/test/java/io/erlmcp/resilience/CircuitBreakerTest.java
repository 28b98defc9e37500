package io.erlmcp.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

@Requirement({"cb.machine", "cb.config", "cb.tests"})
class CircuitBreakerTest {
    private static final ComponentId GITHUB = ComponentId.of("upstreams", "github");

    private final Clock clock = new Clock();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private CircuitBreaker breaker = breaker(BreakerConfig.DEFAULTS);

    private static final class Clock implements Time {
        private final AtomicLong nanos = new AtomicLong();

        @Override
        public long nanos() {
            return nanos.get();
        }

        @Override
        public Instant now() {
            return Instant.EPOCH.plusNanos(nanos.get());
        }

        void advance(Duration by) {
            nanos.addAndGet(by.toNanos());
        }
    }

    private CircuitBreaker breaker(BreakerConfig config) {
        return new CircuitBreaker(GITHUB, config, clock, events::add);
    }

    private CircuitBreaker.Permit permit() {
        CircuitBreaker.Permit permit = breaker.tryAcquire();
        assertThat(permit).isNotNull();
        return permit;
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            permit().failed();
        }
    }

    @Test
    void theFifthFailureInARowOpensItAndTheFourthDoesNot() {
        fail(4);
        assertThat(breaker.state().word()).isEqualTo("closed");

        fail(1);

        assertThat(breaker.state().word()).isEqualTo("open");
        assertThat(breaker.tryAcquire()).isNull();
        assertThat(breaker.refusesFor()).isEqualTo(Duration.ofSeconds(30));
        assertThat(events)
                .containsExactly(
                        new ResilienceEvent.BreakerChanged(
                                GITHUB, "closed", "open", "5 failures in a row"));
    }

    @Test
    void aSuccessBetweenFailuresStartsTheCountAgain() {
        fail(4);
        permit().succeeded();
        fail(4);

        assertThat(breaker.state().word()).isEqualTo("closed");
    }

    @Test
    void itRefusesFor30SecondsThenLetsThreeProbesThrough() {
        fail(5);
        clock.advance(Duration.ofSeconds(30).minusNanos(1));
        assertThat(breaker.tryAcquire()).isNull();

        clock.advance(Duration.ofNanos(1));

        List<CircuitBreaker.Permit> probes = List.of(permit(), permit(), permit());
        assertThat(breaker.tryAcquire()).isNull();
        assertThat(breaker.state().word()).isEqualTo("half-open");
        probes.forEach(CircuitBreaker.Permit::succeeded);
        assertThat(breaker.state().word()).isEqualTo("closed");
        assertThat(events)
                .extracting(event -> ((ResilienceEvent.BreakerChanged) event).to())
                .containsExactly("open", "half-open", "closed");
    }

    @Test
    void aProbeThatFailsOpensItForAnother30Seconds() {
        fail(5);
        clock.advance(Duration.ofSeconds(30));
        CircuitBreaker.Permit good = permit();
        permit().failed();

        good.succeeded();

        assertThat(breaker.state().word()).isEqualTo("open");
        assertThat(breaker.refusesFor()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aProbeThatWasGivenUpMakesRoomForAnother() {
        fail(5);
        clock.advance(Duration.ofSeconds(30));
        permit();
        permit();
        CircuitBreaker.Permit cancelled = permit();
        assertThat(breaker.tryAcquire()).isNull();

        cancelled.givenUp();
        cancelled.givenUp();

        assertThat(breaker.tryAcquire()).isNotNull();
        assertThat(breaker.tryAcquire()).isNull();
    }

    @Test
    void probesThatNeverTellCountAsFailedAfterThirtySeconds() {
        fail(5);
        clock.advance(Duration.ofSeconds(30));
        permit();
        permit();
        permit();

        clock.advance(Duration.ofSeconds(30));
        assertThat(breaker.tryAcquire()).isNull();

        assertThat(breaker.state().word()).isEqualTo("open");
        clock.advance(Duration.ofSeconds(30));
        assertThat(breaker.tryAcquire()).isNotNull();
    }

    @Test
    void resultsOfCallsFromBeforeAChangeSayNothing() {
        List<CircuitBreaker.Permit> early = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            early.add(permit());
        }
        early.subList(0, 5).forEach(CircuitBreaker.Permit::failed);
        clock.advance(Duration.ofSeconds(30));
        CircuitBreaker.Permit probe = permit();

        early.get(5).failed();
        early.get(6).succeeded();
        early.get(7).succeeded();

        assertThat(breaker.state()).isInstanceOf(BreakerState.HalfOpen.class);
        probe.succeeded();
        permit().succeeded();
        assertThat(breaker.state().word()).isEqualTo("half-open");
        permit().succeeded();
        assertThat(breaker.state().word()).isEqualTo("closed");
    }

    @Test
    @Requirement("cb.triggers")
    void moreThanHalfOfTwentyCallsOpensItAndExactlyHalfDoesNot() {
        for (int i = 0; i < 10; i++) {
            permit().failed();
            permit().succeeded();
        }
        assertThat(breaker.state().word()).isEqualTo("closed");

        permit().failed();

        assertThat(breaker.state().word()).isEqualTo("open");
        assertThat(((BreakerState.Open) breaker.state()).reason())
                .isEqualTo("11 of 21 calls failed");
    }

    @Test
    @Requirement("cb.triggers")
    void nineteenCallsAreTooFewToJudgeARate() {
        for (int i = 0; i < 4; i++) {
            fail(4);
            if (i < 3) {
                permit().succeeded();
            }
        }
        assertThat(breaker.state().word()).isEqualTo("closed");

        permit().succeeded();

        assertThat(breaker.state().word()).isEqualTo("open");
    }

    @Test
    @Requirement("cb.triggers")
    void aP95AboveTheLimitOpensItAndOneAtTheLimitDoesNot() {
        breaker = breaker(BreakerConfig.DEFAULTS.withRates(20, 1, Duration.ofMillis(100)));
        for (int i = 0; i < 38; i++) {
            permit().succeeded();
        }
        for (int i = 0; i < 2; i++) {
            slow(Duration.ofMillis(101));
        }
        slow(Duration.ofMillis(100)); // at the limit is not above it
        assertThat(breaker.state().word()).isEqualTo("closed");

        slow(Duration.ofMillis(101));

        assertThat(breaker.state().word()).isEqualTo("open");
        assertThat(((BreakerState.Open) breaker.state()).reason())
                .isEqualTo("3 of 42 calls took longer than 100 ms");
    }

    private void slow(Duration took) {
        CircuitBreaker.Permit permit = permit();
        clock.advance(took);
        permit.succeeded();
    }

    @Test
    @Requirement("cb.triggers")
    void whatIsOlderThanTheWindowIsForgotten() {
        for (int i = 0; i < 5; i++) {
            fail(3);
            if (i < 4) {
                permit().succeeded();
            }
        }
        clock.advance(Duration.ofSeconds(66));

        permit().succeeded();
        permit().failed();

        BreakerState.Closed closed = (BreakerState.Closed) breaker.state();
        assertThat(closed.samples().total()).isEqualTo(2);
        assertThat(closed.samples().failed()).isEqualTo(1);
    }

    @Test
    @Requirement({"R27", "cb.tests"})
    void tenThousandConcurrentCallsGetNoMoreProbesThanAllowed() throws Exception {
        fail(5);
        clock.advance(Duration.ofSeconds(30));
        AtomicInteger passed = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            callers.add(
                    Thread.startVirtualThread(
                            () -> {
                                try {
                                    go.await();
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                                if (breaker.tryAcquire() != null) {
                                    passed.incrementAndGet();
                                }
                            }));
        }

        go.countDown();
        for (Thread caller : callers) {
            caller.join();
        }

        assertThat(passed).hasValue(3);
    }

    @Test
    @Requirement({"R30", "cb.machine"})
    void aThousandRandomHistoriesKeepTheRulesAndRepeatBySeed() {
        for (long seed = 0; seed < 1_000; seed++) {
            assertThat(history(seed)).as("seed %d", seed).isEqualTo(history(seed));
        }
    }

    /** Plays 200 random inputs; asserts after each that probes stay below the limit. */
    private static List<String> history(long seed) {
        Random random = new Random(seed);
        BreakerConfig config = BreakerConfig.DEFAULTS;
        BreakerState state = BreakerRules.initial();
        List<Long> permits = new ArrayList<>();
        List<String> trace = new ArrayList<>();
        long now = random.nextLong(-1_000_000_000_000L, 1_000_000_000_000L);
        for (int i = 0; i < 200; i++) {
            now += random.nextLong(4_000_000_000L);
            BreakerRules.Input input = input(random, permits);
            BreakerRules.Step step = BreakerRules.step(config, state, input, now);
            if (step.passes()) {
                permits.add(step.state().generation());
            }
            boolean changed = !step.state().word().equals(state.word());
            assertThat(step.change() != null)
                    .as("seed %d, input %d: a change has a reason", seed, i)
                    .isEqualTo(changed);
            assertThat(step.state().generation()).isEqualTo(state.generation() + (changed ? 1 : 0));
            state = step.state();
            if (state instanceof BreakerState.HalfOpen half) {
                assertThat(half.issued()).as("seed %d", seed).isBetween(0, config.probes());
                assertThat(half.succeeded()).isLessThan(config.probes());
            }
            trace.add(input + " -> " + state.word() + state.generation());
        }
        return trace;
    }

    private static BreakerRules.Input input(Random random, List<Long> permits) {
        if (permits.isEmpty() || random.nextInt(3) == 0) {
            return new BreakerRules.Input.Ask();
        }
        long generation = permits.remove(random.nextInt(permits.size()));
        return switch (random.nextInt(4)) {
            case 0 -> new BreakerRules.Input.Succeeded(generation, 1_000);
            case 1 -> new BreakerRules.Input.GivenUp(generation);
            default -> new BreakerRules.Input.Failed(generation, 1_000);
        };
    }

    @Test
    void aConfigurationNamesTheLimitThatItBreaks() {
        assertThatThrownBy(
                        () ->
                                new BreakerConfig(
                                        0,
                                        Duration.ofSeconds(1),
                                        1,
                                        Duration.ofSeconds(1),
                                        1,
                                        1,
                                        Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("failures must be at least 1: 0");
        assertThatThrownBy(() -> BreakerConfig.DEFAULTS.withRates(1, 1.01, Duration.ZERO))
                .hasMessage("maxErrorRate must be above 0 and at most 1: 1.01");
        assertThatThrownBy(() -> BreakerConfig.DEFAULTS.withOpenFor(Duration.ZERO))
                .hasMessageContaining("openFor must be positive");
    }
}
