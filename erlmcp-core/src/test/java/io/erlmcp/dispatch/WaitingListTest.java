package io.erlmcp.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.feature.Priority;
import io.erlmcp.observability.Event;
import io.erlmcp.resilience.Brake;
import io.erlmcp.resilience.Restraint;
import io.erlmcp.resilience.Room;
import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Requirement({"proto.message-priority", "queue.bounded"})
class WaitingListTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    /** So long that nobody is refused because of a slow machine. */
    private static final Duration LONGEST = Duration.ofHours(1);

    private static final WaitingBounds WIDE = new WaitingBounds(1000, 1000, 1000, 1000, LONGEST);

    private final Quota server = new Quota(1);
    private final Brake brake = new Brake();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final LinkedBlockingQueue<String> turns = new LinkedBlockingQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private Time time = Time.system();
    private WaitingList list = list(WIDE);

    private WaitingList list(WaitingBounds bounds) {
        return new WaitingList(bounds, server, brake, time, events::add);
    }

    @AfterEach
    void close() {
        threads.forEach(Thread::interrupt);
    }

    /** Waits on a thread of its own, and says when it has its turn. */
    private void waits(String name, Quota caller, @Nullable Quota principal, Priority priority) {
        int before = list.size();
        threads.add(
                Thread.startVirtualThread(
                        () -> {
                            try {
                                Overload no = list.await(caller, principal, priority, LONG);
                                turns.add(no == null ? name : "refused");
                            } catch (InterruptedException e) {
                                turns.add("interrupted");
                            }
                        }));
        await().until(() -> list.size() > before || !turns.isEmpty());
    }

    private String turn() throws InterruptedException {
        return String.valueOf(turns.poll(10, TimeUnit.SECONDS));
    }

    private void busy() {
        assertThat(server.tryAcquire(server.limit())).isTrue();
    }

    private static void used(Quota quota) {
        assertThat(quota.tryAcquire(quota.limit())).isTrue();
    }

    private void free(Quota caller) {
        list.release(caller, null);
    }

    @Test
    void whatMattersMoreGoesFirst() throws Exception {
        Quota caller = new Quota(10);
        busy();
        used(caller);
        waits("low", caller, null, Priority.LOW);
        waits("normal", caller, null, Priority.NORMAL);
        waits("second normal", caller, null, Priority.NORMAL);
        waits("high", caller, null, Priority.HIGH);
        for (String expected : List.of("high", "normal", "second normal", "low")) {
            free(caller);
            assertThat(turn()).isEqualTo(expected);
        }
        free(caller);
        assertThat(list.isEmpty()).isTrue();
        assertThat(server.used()).isZero();
        assertThat(caller.used()).isZero();
    }

    @Test
    @Requirement("backpressure.shed")
    void callersTakeTurnsHoweverManyCallsOneOfThemHas() throws Exception {
        Quota greedy = new Quota(10);
        Quota modest = new Quota(10);
        busy();
        used(greedy);
        for (int i = 0; i < 5; i++) {
            waits("greedy", greedy, null, Priority.NORMAL);
        }
        waits("modest", modest, null, Priority.NORMAL);
        free(greedy);
        assertThat(turn()).isEqualTo("greedy");
        free(greedy);
        assertThat(turn()).isEqualTo("modest");
        free(modest);
        assertThat(turn()).isEqualTo("greedy");
    }

    @Test
    void theSessionsOfOnePrincipalHaveOneTurnTogether() throws Exception {
        Quota principal = new Quota(10);
        Quota one = new Quota(10);
        Quota two = new Quota(10);
        Quota other = new Quota(10);
        busy();
        used(other);
        waits("one", one, principal, Priority.NORMAL);
        waits("two", two, principal, Priority.NORMAL);
        waits("one", one, principal, Priority.NORMAL);
        waits("other", other, null, Priority.NORMAL);
        free(other);
        assertThat(turn()).isEqualTo("one");
        list.release(one, principal);
        assertThat(turn()).isEqualTo("other");
        free(other);
        assertThat(turn()).isEqualTo("two");
        list.release(two, principal);
        assertThat(turn()).isEqualTo("one");
        list.release(one, principal);
        assertThat(principal.used()).isZero();
    }

    @Test
    void theLimitOfAPrincipalHoldsForAllItsSessions() throws Exception {
        WaitingList wide = new WaitingList(WIDE, new Quota(100), brake, time, events::add);
        list = wide;
        Quota principal = new Quota(1);
        Quota one = new Quota(10);
        Quota two = new Quota(10);
        assertThat(wide.await(one, principal, Priority.NORMAL, LONG)).isNull();
        waits("two", two, principal, Priority.NORMAL);
        assertThat(wide.size()).isEqualTo(1);
        assertThat(wide.await(new Quota(1), null, Priority.NORMAL, LONG)).isNull();
        wide.release(one, principal);
        assertThat(turn()).isEqualTo("two");
    }

    @Test
    void whoWaitsForItsOwnLimitHoldsUpNobodyElse() throws Exception {
        WaitingList wide = new WaitingList(WIDE, new Quota(100), brake, time, events::add);
        list = wide;
        Quota blocked = new Quota(1);
        used(blocked);
        waits("blocked", blocked, null, Priority.HIGH);
        assertThat(wide.await(new Quota(1), null, Priority.LOW, LONG)).isNull();
        assertThat(wide.size()).isEqualTo(1);
    }

    @Test
    @Requirement("backpressure.config")
    void eachPriorityHasABoundAndIsRefusedPastIt() throws Exception {
        list = list(new WaitingBounds(4, 1, 2, 3, LONG));
        busy();
        Quota caller = new Quota(10);
        waits("1", new Quota(1), null, Priority.LOW);
        waits("2", new Quota(1), null, Priority.LOW);
        assertThat(list.await(caller, null, Priority.LOW, LONG)).isNotNull();
        waits("3", new Quota(1), null, Priority.NORMAL);
        assertThat(list.await(caller, null, Priority.NORMAL, LONG))
                .isNotNull()
                .satisfies(
                        no -> {
                            assertThat(no.message())
                                    .isEqualTo(
                                            "3 calls are waiting, the limit is 3 for normal"
                                                    + " priority");
                            assertThat(no.reason()).isEqualTo(DispatchEvent.Shed.QUEUE);
                            assertThat(no.retryAfterMillis()).isBetween(100L, 30_000L);
                        });
        waits("4", new Quota(1), null, Priority.HIGH);
        assertThat(list.await(caller, null, Priority.HIGH, LONG)).isNotNull();
        assertThat(list.size()).isEqualTo(4);
        assertThat(events)
                .as("the warning comes once")
                .containsExactly(new DispatchEvent.QueueFilling(1, 1, 4));
    }

    @Test
    void whatWouldWaitForTooLongIsRefusedAtOnce() throws Exception {
        Probe.Clock clock = new Probe.Clock();
        time = clock;
        list = list(new WaitingBounds(1000, 1000, 1000, 1000, Duration.ofSeconds(10)));
        Quota caller = new Quota(100);
        busy();
        used(caller);
        waits("first", caller, null, Priority.NORMAL);
        waits("second", caller, null, Priority.NORMAL);
        clock.pass(Duration.ofSeconds(2));
        free(caller);
        assertThat(turn()).isEqualTo("first");
        // one turn takes two seconds: a second one in the line is served in four, a third in six
        waits("third", caller, null, Priority.NORMAL);
        assertThat(list.await(caller, null, Priority.NORMAL, LONG))
                .isNotNull()
                .satisfies(
                        no -> {
                            assertThat(no.message())
                                    .isEqualTo(
                                            "it would wait for about 6000 ms, the limit is 5000"
                                                    + " ms");
                            assertThat(no.retryAfterMillis()).isEqualTo(6000);
                        });
        waits("another", new Quota(1), null, Priority.NORMAL);
        assertThat(list.size()).as("the first of a caller may wait").isEqualTo(3);
    }

    @Test
    void whoGivesUpLeavesNothingBehind() throws Exception {
        Quota caller = new Quota(10);
        busy();
        waits("gone", caller, null, Priority.NORMAL);
        threads.getFirst().interrupt();
        assertThat(turn()).isEqualTo("interrupted");
        assertThat(list.isEmpty()).isTrue();
        assertThat(list.await(caller, null, Priority.NORMAL, Duration.ofMillis(20)))
                .isNotNull()
                .satisfies(no -> assertThat(no.message()).contains("it waited for 20 ms"));
        assertThat(caller.isIdle()).isTrue();
        list.release(new Quota(1), null);
        assertThat(server.used()).isZero();
    }

    @Test
    @Requirement({"degradation.actions", "degradation.exit"})
    void whatIsHeldBackHoldsForTheWaitingTooUntilItIsOver() throws Exception {
        WaitingList wide = new WaitingList(WIDE, new Quota(4), brake, time, events::add);
        list = wide;
        brake.set(new Restraint(false, 2, 50, Room.NONE, false, "memory is short"));
        Quota caller = new Quota(2);
        assertThat(wide.await(caller, null, Priority.NORMAL, LONG)).isNull();
        waits("half of its limit", caller, null, Priority.NORMAL);
        assertThat(wide.await(new Quota(9), null, Priority.NORMAL, LONG)).isNull();
        waits("half of the server", new Quota(9), null, Priority.NORMAL);
        assertThat(wide.size()).isEqualTo(2);
        wide.look();
        assertThat(wide.size()).isEqualTo(2);
        brake.set(Restraint.NONE);
        wide.look();
        assertThat(List.of(turn(), turn()))
                .containsExactlyInAnyOrder("half of its limit", "half of the server");
    }

    @Test
    @Requirement("degradation.exit")
    void whoBeganToWaitForWhatIsHeldBackForAMomentGoesOnAtTheFirstLookAfterIt() throws Exception {
        list = new WaitingList(WIDE, new Quota(4), brake, time, events::add);
        brake.set(new Restraint(false, 4, 50, Room.NONE, false, "memory is short"));
        Quota caller = new Quota(2);
        assertThat(list.await(caller, null, Priority.NORMAL, LONG)).isNull();
        waits("half of its limit", caller, null, Priority.NORMAL);
        brake.set(Restraint.NONE);

        list.look();

        assertThat(turn()).isEqualTo("half of its limit");
    }

    @Test
    void underManyThreadsNoLimitIsPassedAndNobodyIsForgotten() throws Exception {
        int most = 5;
        Quota all = new Quota(most);
        WaitingList shared =
                new WaitingList(
                        new WaitingBounds(10_000, 10_000, 10_000, 10_000, LONGEST),
                        all,
                        brake,
                        Time.system(),
                        events::add);
        Quota principal = new Quota(3);
        List<Quota> callers = List.of(new Quota(1), new Quota(2), new Quota(3), new Quota(4));
        AtomicInteger running = new AtomicInteger();
        AtomicInteger tooMany = new AtomicInteger();
        AtomicInteger served = new AtomicInteger();
        List<Thread> crowd = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            Random random = new Random(i);
            Quota caller = callers.get(i % 4);
            Quota shareOf = i % 4 < 2 ? principal : null;
            Runnable once =
                    () -> {
                        if (running.incrementAndGet() > most) {
                            tooMany.incrementAndGet();
                        }
                        LockSupport.parkNanos(1_000);
                        running.decrementAndGet();
                        shared.release(caller, shareOf);
                        served.incrementAndGet();
                    };
            crowd.add(
                    Thread.startVirtualThread(
                            () -> {
                                for (int round = 0; round < 20; round++) {
                                    visit(shared, caller, shareOf, random, once);
                                }
                            }));
            if (i % 7 == 0) {
                crowd.get(i).interrupt();
            }
        }
        for (Thread one : crowd) {
            assertThat(one.join(LONG)).isTrue();
        }
        assertThat(tooMany).hasValue(0);
        assertThat(served.get()).isGreaterThan(7_500);
        assertThat(shared.isEmpty()).isTrue();
        assertThat(all.used()).isZero();
        assertThat(principal.used()).isZero();
        assertThat(callers).allMatch(Quota::isIdle);
    }

    private static void visit(
            WaitingList shared,
            Quota caller,
            @Nullable Quota principal,
            Random random,
            Runnable inside) {
        if (enter(shared, caller, principal, random)) {
            inside.run();
        }
    }

    private static boolean enter(
            WaitingList shared, Quota caller, @Nullable Quota principal, Random random) {
        try {
            Priority priority = Priority.values()[random.nextInt(3)];
            return shared.await(caller, principal, priority, LONG) == null;
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Test
    void boundsAreChecked() {
        assertThatThrownBy(() -> new WaitingBounds(10, 1, 2, 11, LONG))
                .hasMessage("reject is 11, must lie between 0 and the maximum of 10");
        assertThatThrownBy(() -> new WaitingBounds(10, 1, 2, 3, Duration.ZERO))
                .hasMessageContaining("longest wait must be positive");
        assertThat(WaitingBounds.of(10_000))
                .isEqualTo(new WaitingBounds(10_000, 7_500, 8_000, 9_500, Duration.ofSeconds(10)));
    }
}
