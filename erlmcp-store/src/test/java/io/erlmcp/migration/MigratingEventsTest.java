package io.erlmcp.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.migration.MigrationConfig.Phase;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.session.EventId;
import io.erlmcp.session.EventLog;
import io.erlmcp.session.EventLogs;
import io.erlmcp.store.DiskStore;
import io.erlmcp.store.StoreConfig;
import io.erlmcp.testing.Requirement;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events and requests of sessions in two stores, of which the second may know less, or nothing. */
@Requirement({"migrate.hybrid", "R01"})
class MigratingEventsTest {
    @TempDir Path folder;
    private final Queue<Event> told = new ConcurrentLinkedQueue<>();
    private DiskStore source;
    private DiskStore target;
    private @Nullable MigratingStore both;

    @BeforeEach
    void openStores() throws Exception {
        source = disk("source");
        target = disk("target");
    }

    private DiskStore disk(String name) throws Exception {
        return DiskStore.open(StoreConfig.in(folder.resolve(name)), Time.system(), Observer.NONE);
    }

    private EventLogs open(Phase phase) throws Exception {
        both =
                MigratingStore.open(
                        new MigratingStore.Plan(
                                side("source", source),
                                side("target", target),
                                MigrationConfig.of(phase)),
                        folder.resolve("migration"),
                        Time.system(),
                        told::add);
        return both.events();
    }

    private static Side side(String name, DiskStore store) {
        return new Side(name, store.sessions(), store.events(), store.values(), store.tasks());
    }

    /** The process dies and the next one opens the stores. */
    private void die() throws Exception {
        close();
        source = disk("source");
        target = disk("target");
    }

    @AfterEach
    void close() {
        MigratingStore open = both;
        if (open != null) {
            open.close();
            both = null;
        }
        source.close();
        target.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static EventLog.Work work(String name) {
        return new EventLog.Work(bytes(name), bytes(name + " interrupted"));
    }

    private static List<String> streams(List<EventLog.Accepted> all) {
        return all.stream().map(EventLog.Accepted::stream).toList();
    }

    private static List<String> after(EventLog log, EventId id) {
        return log.after(id).orElseThrow().stream()
                .map(entry -> new String(entry.data(), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void whatWasAcceptedBeforeTheMigrationRunsInTheSecondPhaseToo() throws Exception {
        source.events().create("s").accept("p", work("call"));
        die();
        EventLogs events = open(Phase.READ_TARGET);
        assertThat(events.withAccepted()).containsExactly("s");
        EventLog log = events.reopen("s");
        assertThat(streams(log.accepted())).containsExactly("p");
        log.beginAccepted("p", work("call"));
        log.finish("p", bytes("done"));
        die();
        EventLogs again = open(Phase.READ_TARGET);
        assertThat(again.withAccepted()).isEmpty();
        assertThat(again.reopen("s").accepted()).isEmpty();
    }

    @Test
    void whatWasAcceptedInBothRunsOnce() throws Exception {
        open(Phase.READ_SOURCE).create("s").accept("p", work("call"));
        die();
        EventLogs events = open(Phase.READ_TARGET);
        assertThat(events.withAccepted()).containsExactly("s");
        EventLog log = events.reopen("s");
        assertThat(streams(log.accepted())).containsExactly("p");
        assertThat(log.accepted()).isEmpty();
    }

    @Test
    void whatOneStoreSawEndDoesNotRunBecauseTheOtherSawItWait() throws Exception {
        open(Phase.READ_SOURCE).create("s").accept("p", work("call"));
        die();
        EventLog alone = source.events().reopen("s");
        alone.beginAccepted("p", work("call"));
        EventId answer = alone.finish("p", bytes("done"));
        die();
        EventLog log = open(Phase.READ_SOURCE).reopen("s");
        assertThat(log.accepted()).isEmpty();
        assertThat(log.isReplay(bytes("call"))).isTrue();
        assertThat(after(log, answer)).isEmpty();
        die();
        assertThat(open(Phase.READ_TARGET).withAccepted()).isEmpty();
    }

    @Test
    void whatOnlyTheOtherStoreSawBeginIsAnsweredAsInterrupted() throws Exception {
        EventLog first = open(Phase.READ_SOURCE).create("s");
        EventId primed = first.append("p", bytes(""));
        first.accept("p", work("call"));
        die();
        source.events().reopen("s").beginAccepted("p", work("call"));
        die();
        EventLog log = open(Phase.READ_TARGET).reopen("s");
        assertThat(log.accepted()).isEmpty();
        assertThat(after(log, primed)).containsExactly("call interrupted");
    }

    @Test
    void numbersGoOnBehindThoseOfTheStoreThatHasMore() throws Exception {
        EventLog old = source.events().create("s");
        EventId first = old.append("g", bytes("1"));
        old.append("g", bytes("2"));
        EventLog log = open(Phase.READ_TARGET).reopen("s");
        EventId third = log.append("g", bytes("3"));
        assertThat(third.number()).isEqualTo(first.number() + 2);
        assertThat(after(log, first)).containsExactly("2", "3");
        assertThat(after(log, third)).isEmpty();
    }

    @Test
    void aSecondStoreWhoseEventsCannotBeReadTakesNoSessionDown() throws Exception {
        EventLogs events = open(Phase.READ_SOURCE);
        EventLog before = events.create("s");
        EventId first = before.append("g", bytes("1"));
        target.close();
        EventLog log = events.reopen("s");
        EventId second = log.append("g", bytes("2"));
        log.begin("p", work("call"));
        log.finish("p", bytes("done"));
        log.abandon("q");
        log.accept("r", work("other"));
        assertThat(log.isReplay(bytes("never"))).isFalse();
        assertThat(log.accepted()).isEmpty();
        assertThat(after(log, first)).containsExactly("2");
        assertThat(log.after(new EventId("g", "x", 99))).isEmpty();
        assertThat(second.number()).isEqualTo(first.number() + 1);
        assertThat(events.withAccepted()).containsExactly("s");
        await().untilAsserted(
                        () ->
                                assertThat(told)
                                        .anyMatch(MigrationEvent.EventsLost.class::isInstance));
        log.close();
        target = disk("target");
    }
}
