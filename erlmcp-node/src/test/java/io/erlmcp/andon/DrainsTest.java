package io.erlmcp.andon;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrainsTest {
    private static final ComponentId ECHO = Components.tool("echo");
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir Path data;

    private final ManualTime time = new ManualTime();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private final AtomicLong running = new AtomicLong();
    private final AtomicBoolean endsWhenCut = new AtomicBoolean(true);
    private final AtomicLong cuts = new AtomicLong();

    private final Work work =
            new Work() {
                @Override
                public InFlight inFlight(ComponentId component) {
                    return new InFlight(running.get(), running.get() == 0 ? null : Duration.ZERO);
                }

                @Override
                public void cut(ComponentId component) {
                    cuts.incrementAndGet();
                    if (endsWhenCut.get()) {
                        running.set(0);
                    }
                }
            };

    private Andon open() {
        return Andon.open(data, AndonLimits.DEFAULTS, Disk.REAL, time, events::add);
    }

    private static Drains.Order order(Duration draining, Duration halting) {
        return new Drains.Order(draining, halting, Category.MANUAL, "repair", "me");
    }

    private List<Phase> phases() {
        return events.stream()
                .filter(AndonEvent.PhaseChanged.class::isInstance)
                .map(it -> ((AndonEvent.PhaseChanged) it).phase())
                .toList();
    }

    private List<String> receipts() throws IOException {
        List<String> lines = new ArrayList<>();
        ReceiptCheck.check(ReceiptCheck.folder(data), it -> lines.add(it.line()));
        return lines;
    }

    private AndonEvent.DrainFinished finished() {
        return (AndonEvent.DrainFinished)
                events.stream()
                        .filter(AndonEvent.DrainFinished.class::isInstance)
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    @Requirement({"andon.graceful", "andon.draining", "andon.stopped", "andon.conn-tracking"})
    void callsThatEndInTimeAreNotCutAndTheComponentIsHaltedThen() throws Exception {
        Andon andon = open();
        Drains drains = new Drains(andon, work, time, events::add);
        running.set(3);

        Drains.Drain drain = drains.start(ECHO, order(LONG, LONG)).drain().orElseThrow();
        assertThat(drains.phase(ECHO)).isEqualTo(Phase.DRAINING);
        assertThat(andon.gate().check("tools/call", "echo")).as("new calls").isNotNull();
        running.set(0);

        assertThat(drain.await(Duration.ofMinutes(1))).isTrue();
        assertThat(phases()).containsExactly(Phase.DRAINING, Phase.STOPPED);
        assertThat(drains.phase(ECHO)).isEqualTo(Phase.STOPPED);
        assertThat(andon.state(ECHO)).isEqualTo(HaltState.HALTED_MANUAL);
        assertThat(cuts).hasValue(0);
        assertThat(finished().drained()).isEqualTo(3);
        assertThat(finished().forced()).isZero();
    }

    @Test
    @Requirement("andon.conn-tracking")
    void callsThatEndWhileTheHaltIsWrittenCountAsDrained() throws Exception {
        Andon andon = open();
        andon.onChange(outcome -> running.set(0));
        Drains drains = new Drains(andon, work, time, events::add);
        running.set(3);

        Drains.Drain drain = drains.start(ECHO, order(LONG, LONG)).drain().orElseThrow();

        assertThat(drain.await(Duration.ofMinutes(1))).isTrue();
        assertThat(finished().drained()).isEqualTo(3);
    }

    @Test
    @Requirement({"andon.graceful", "andon.halting"})
    void callsThatOutliveTheDrainTimeAreCut() throws Exception {
        Drains drains = new Drains(open(), work, time, events::add);
        running.set(2);
        Drains.Drain drain =
                drains.start(ECHO, order(Duration.ofSeconds(30), Duration.ofSeconds(10)))
                        .drain()
                        .orElseThrow();

        time.pass(Duration.ofSeconds(30));

        assertThat(drain.await(Duration.ofMinutes(1))).isTrue();
        assertThat(phases()).containsExactly(Phase.DRAINING, Phase.HALTING, Phase.STOPPED);
        assertThat(cuts).hasValue(1);
        assertThat(finished().forced()).isEqualTo(2);
    }

    @Test
    @Requirement("andon.halting")
    void callsThatDoNotEvenEndWhenCutAreLeftAfterTheHaltingTime() throws Exception {
        endsWhenCut.set(false);
        Drains drains = new Drains(open(), work, time, events::add);
        running.set(1);
        Drains.Drain drain =
                drains.start(ECHO, order(Duration.ofSeconds(30), Duration.ofSeconds(10)))
                        .drain()
                        .orElseThrow();
        time.pass(Duration.ofSeconds(30));
        Awaitility.await().until(() -> drain.phase() == Phase.HALTING);

        time.pass(Duration.ofSeconds(10));

        assertThat(drain.await(Duration.ofMinutes(1))).isTrue();
    }

    @Test
    @Requirement("andon.graceful-api")
    void aForcedStopDoesNotWait() throws Exception {
        Drains drains = new Drains(open(), work, time, events::add);
        running.set(1);
        Drains.Drain drain = drains.start(ECHO, order(LONG, LONG)).drain().orElseThrow();

        assertThat(drains.force(ECHO, "ada")).isTrue();

        assertThat(drain.await(Duration.ofMinutes(1))).isTrue();
        assertThat(cuts).hasValue(1);
        assertThat(drains.force(ECHO, "ada")).as("nothing is under way").isFalse();
        assertThat(receipts()).filteredOn(it -> it.contains("andon.forced")).hasSize(1);
        drains.cut(ECHO, "ada");
        assertThat(cuts).hasValue(2);
        assertThat(receipts())
                .filteredOn(it -> it.contains("andon.cut"))
                .singleElement()
                .asString()
                .contains("\"ada\"");
    }

    @Test
    @Requirement("andon.phase1-integration")
    void aNodeThatDiesWhileItDrainsFindsTheComponentHalted() throws Exception {
        Drains drains = new Drains(open(), work, time, events::add);
        running.set(1);
        Drains.Drain drain = drains.start(ECHO, order(LONG, LONG)).drain().orElseThrow();

        Andon next = open(); // as another process would find it, with the drain under way

        assertThat(drain.phase()).isEqualTo(Phase.DRAINING);
        assertThat(next.state(ECHO)).isEqualTo(HaltState.HALTED_MANUAL);
        running.set(0);
        assertThat(drain.await(Duration.ofMinutes(1))).isTrue();
    }

    @Test
    void aSecondOrderJoinsTheStopThatIsUnderWay() throws Exception {
        Drains drains = new Drains(open(), work, time, events::add);
        running.set(1);
        Drains.Drain first = drains.start(ECHO, order(LONG, LONG)).drain().orElseThrow();

        assertThat(drains.start(ECHO, order(LONG, LONG)).drain()).contains(first);
        running.set(0);
        assertThat(first.await(Duration.ofMinutes(1))).isTrue();
    }

    @Test
    @Requirement("security.operations")
    void stopsUnderWayAreBounded() throws Exception {
        Drains drains =
                new Drains(
                        Andon.keepingNothing(AndonLimits.DEFAULTS, Time.system(), events::add),
                        work,
                        time,
                        events::add);
        running.set(1);
        for (int i = 0; i < Drains.MAX; i++) {
            assertThat(drains.start(Components.tool("t" + i), order(LONG, LONG)).drain())
                    .isPresent();
        }

        assertThat(drains.start(Components.tool("more"), order(LONG, LONG)).halt().outcome())
                .isInstanceOfSatisfying(
                        AndonStep.Outcome.Refused.class,
                        it -> assertThat(it.why()).contains("100"));
        running.set(0);
        Awaitility.await().until(() -> drains.underWay().isEmpty());
    }
}
