package io.erlmcp.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.feature.MemoryKeyValueStore;
import io.erlmcp.json.JsonString;
import io.erlmcp.migration.MigrationConfig.Phase;
import io.erlmcp.observability.Event;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Revision;
import io.erlmcp.runtime.Time;
import io.erlmcp.security.Principal;
import io.erlmcp.session.EventLogs;
import io.erlmcp.session.SessionLimits;
import io.erlmcp.session.SessionRecord;
import io.erlmcp.task.MemoryTaskStore;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both stores are written, one is read, and what one misses it gets. */
@Requirement("migrate.hybrid")
class MigratingStoreTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final Duration NEVER = Duration.ofDays(1);

    @TempDir Path folder;
    private final FailingSessions source = new FailingSessions();
    private final FailingSessions target = new FailingSessions();
    private final MemoryKeyValueStore sourceValues = new MemoryKeyValueStore();
    private final MemoryKeyValueStore targetValues = new MemoryKeyValueStore();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private MigratingStore store;

    @BeforeEach
    void readSource() throws Exception {
        open(Phase.READ_SOURCE, 100);
        await().until(store::isComplete);
    }

    private void open(Phase phase, int maxPending) throws Exception {
        open(new MigrationConfig(phase, maxPending, SHORT, NEVER));
    }

    private void open(MigrationConfig config) throws Exception {
        store =
                MigratingStore.open(
                        new MigratingStore.Plan(
                                side("source", source, sourceValues),
                                side("target", target, targetValues),
                                config),
                        notes(),
                        Time.system(),
                        events::add);
    }

    private Path notes() {
        return folder.resolve("migration");
    }

    private static Side side(String name, FailingSessions sessions, MemoryKeyValueStore values) {
        return new Side(
                name,
                sessions,
                EventLogs.inMemory(Instant.EPOCH, SessionLimits.DEFAULTS.events()),
                values,
                new MemoryTaskStore());
    }

    private void reopen(Phase phase) throws Exception {
        store.close();
        open(phase, 100);
    }

    @AfterEach
    void close() {
        store.close();
    }

    static SessionRecord session(String id, long version) {
        return new SessionRecord(
                id,
                version,
                new Principal("ann", Set.of()),
                Revision.LATEST_LEGACY,
                ClientCapabilities.NONE,
                null,
                LogLevel.INFO,
                Set.of(),
                Map.of(),
                false,
                Instant.ofEpochMilli(1),
                Instant.ofEpochMilli(version));
    }

    private void areEqual(String id) {
        assertThat(source.kept.read(id)).isEqualTo(target.kept.read(id));
    }

    private <T extends Event> long count(Class<T> type) {
        return events.stream().filter(type::isInstance).count();
    }

    @Test
    void everyWriteGoesToBothInBothPhases() throws Exception {
        for (Phase phase : Phase.values()) {
            reopen(phase);
            String id = phase.name();
            store.sessions().create(session(id, 1));
            areEqual(id);
            assertThat(store.sessions().update(session(id, 2))).isTrue();
            assertThat(store.sessions().update(session(id, 2))).isFalse();
            areEqual(id);
            assertThat(target.kept.read(id).orElseThrow().version()).isEqualTo(2);
            assertThat(store.sessions().delete(id)).isTrue();
            assertThat(store.sessions().delete(id)).isFalse();
            assertThat(source.kept.read(id)).isEmpty();
            assertThat(target.kept.read(id)).isEmpty();
        }
    }

    @Test
    void aWriteThatTheSecondStoreMissedIsMadeUpForOnceItIsBack() {
        target.failsWrites = true;
        store.sessions().create(session("a", 1));
        store.sessions().update(session("a", 2));
        assertThat(store.sessions().read("a").orElseThrow().version()).isEqualTo(2);
        assertThat(store.pending()).isEqualTo(1);
        assertThat(count(MigrationEvent.WriteQueued.class)).isPositive();
        target.failsWrites = false;
        await().until(() -> store.pending() == 0);
        areEqual("a");
    }

    @Test
    void whatWasMissedIsKnownToTheNextProcessWhicheverStoreItAsks() throws Exception {
        store.sessions().create(session("ended", 1));
        store.sessions().create(session("changed", 1));
        target.failsWrites = true;
        store.sessions().delete("ended");
        store.sessions().update(session("changed", 2));
        assertThat(store.pending()).isEqualTo(2);
        reopen(Phase.READ_TARGET);
        assertThat(store.pending()).isEqualTo(2);
        assertThat(store.sessions().read("ended")).isEmpty();
        assertThat(store.sessions().read("changed").orElseThrow().version()).isEqualTo(2);
        target.failsWrites = false;
        await().until(() -> store.pending() == 0);
        assertThat(target.kept.read("ended")).isEmpty();
        areEqual("changed");
    }

    @Test
    void anEndThatTheOldStoreMissedDoesNotBringTheSessionBack() throws Exception {
        reopen(Phase.READ_TARGET);
        store.sessions().create(session("a", 1));
        source.failsWrites = true;
        assertThat(store.sessions().delete("a")).isTrue();
        assertThat(source.kept.read("a")).isPresent();
        assertThat(store.sessions().read("a")).isEmpty();
        reopen(Phase.READ_TARGET);
        assertThat(store.sessions().read("a")).isEmpty();
        source.failsWrites = false;
        await().until(() -> source.kept.read("a").isEmpty());
    }

    @Test
    void aWriteThatTheFirstStoreRefusesIsNotAcknowledged() {
        source.failsWrites = true;
        assertThatThrownBy(() -> store.sessions().create(session("a", 1)))
                .isInstanceOf(McpException.class);
        assertThat(target.kept.read("a")).isEmpty();
    }

    @Test
    void readsFallBackOnAnyErrorAndOnNotFoundInTheSecondPhase() throws Exception {
        store.sessions().create(session("a", 1));
        source.failsReads = true;
        assertThat(store.sessions().read("a")).isPresent();
        assertThat(count(MigrationEvent.FellBack.class)).isEqualTo(1);
        source.failsReads = false;
        reopen(Phase.READ_TARGET);
        await().until(() -> count(MigrationEvent.Compared.class) == 2);
        source.kept.put(session("old", 1));
        assertThat(store.sessions().read("old")).isPresent();
        assertThat(store.sessions().update(session("old", 2))).isTrue();
        areEqual("old");
    }

    @Test
    void notFoundInTheSourceIsTheAnswerInTheFirstPhase() {
        target.kept.put(session("alone", 1));
        assertThat(store.sessions().read("alone")).isEmpty();
    }

    @Test
    void anErrorIsNotAnsweredFromAStoreThatLacksTheChange() {
        store.sessions().create(session("a", 1));
        target.failsWrites = true;
        store.sessions().update(session("a", 2));
        source.failsReads = true;
        assertThatThrownBy(() -> store.sessions().read("a")).isInstanceOf(McpException.class);
    }

    @Test
    @Requirement("migrate.consistency")
    void whatIsOlderThanTheMigrationIsCopiedAndIsNoViolation() throws Exception {
        store.close();
        Files.delete(notes());
        for (int i = 0; i < 1_200; i++) {
            source.kept.put(session("s" + i, 1));
        }
        sourceValues.put("key", new JsonString("value"));
        open(Phase.READ_SOURCE, 100);
        await().until(store::isComplete);
        assertThat(target.size()).isEqualTo(1_200);
        assertThat(targetValues.get("key")).contains(new JsonString("value"));
        assertThat(count(MigrationEvent.Violation.class)).isZero();
    }

    @Test
    @Requirement("migrate.consistency")
    void aDifferenceThatShouldNotBeIsToldCountedAndCorrected() throws Exception {
        store.sessions().create(session("changed", 1));
        store.sessions().create(session("lost", 1));
        store.close();
        target.kept.put(session("changed", 9));
        target.kept.delete("lost");
        target.kept.put(session("extra", 1));
        open(new MigrationConfig(Phase.READ_SOURCE, 100, SHORT, SHORT));
        await().until(() -> count(MigrationEvent.Violation.class) == 3);
        await().until(() -> target.kept.read("extra").isEmpty());
        areEqual("changed");
        areEqual("lost");
        assertThat(events.toString()).doesNotContain("changed,").doesNotContain("extra");
    }

    @Test
    void atTheBoundChangesAreNotedByNameAndOnePastItTheWholeStoreCountsAsLacking()
            throws Exception {
        store.close();
        open(Phase.READ_SOURCE, 2);
        await().until(() -> count(MigrationEvent.Compared.class) == 2);
        target.failsWrites = true;
        store.sessions().create(session("a", 1));
        store.sessions().create(session("b", 1));
        assertThat(store.pending()).isEqualTo(2);
        assertThat(store.isComplete()).isTrue();
        store.sessions().create(session("c", 1));
        assertThat(store.pending()).isZero();
        assertThat(store.isComplete()).isFalse();
        assertThat(MigrationNotes.notYet("target", copyOfNotes()))
                .contains("not everything was copied to it");
        store.sessions().create(session("d", 1));
        target.failsWrites = false;
        store.close();
        open(Phase.READ_SOURCE, 2);
        await().until(store::isComplete);
        for (String id : new String[] {"a", "b", "c", "d"}) {
            areEqual(id);
        }
    }

    private Path copyOfNotes() throws IOException {
        Path copy = folder.resolve("copy");
        Files.deleteIfExists(copy);
        return Files.copy(notes(), copy);
    }

    @Test
    void theTargetStandsAloneOnlyWhenItLacksNothing() throws Exception {
        assertThat(MigrationNotes.notYet("target", folder.resolve("missing")))
                .contains("no migration to it was begun");
        assertThat(MigrationNotes.notYet("target", copyOfNotes())).isEmpty();
        target.failsWrites = true;
        store.sessions().create(session("a", 1));
        assertThat(MigrationNotes.notYet("target", copyOfNotes())).contains("it lacks 1 changes");
    }

    @Test
    void damagedNotesMeanThatNothingIsTakenForGranted() throws Exception {
        target.failsWrites = true;
        store.sessions().create(session("a", 1));
        store.close();
        byte[] bytes = Files.readAllBytes(notes());
        bytes[bytes.length - 4] ^= 1;
        Files.write(notes(), bytes);
        assertThat(MigrationNotes.notYet("target", copyOfNotes()))
                .contains("not everything was copied to it");
        open(Phase.READ_SOURCE, 100);
        assertThat(store.isComplete()).isFalse();
        target.failsWrites = false;
        await().until(store::isComplete);
        areEqual("a");
    }

    @Test
    void valuesGoToBothAndAreReadFromTheSourceUntilTheTargetHasThem() throws Exception {
        store.values().put("a", new JsonString("1"));
        assertThat(targetValues.get("a")).contains(new JsonString("1"));
        reopen(Phase.READ_TARGET);
        await().until(() -> count(MigrationEvent.Compared.class) == 2);
        sourceValues.put("old", new JsonString("2"));
        assertThat(store.values().get("old")).contains(new JsonString("2"));
        store.values().update("old", before -> new JsonString(before == null ? "lost" : "changed"));
        assertThat(targetValues.get("old")).contains(new JsonString("changed"));
        assertThat(sourceValues.get("old")).contains(new JsonString("changed"));
        store.values().remove("old");
        assertThat(store.values().get("old")).isEmpty();
    }
}
