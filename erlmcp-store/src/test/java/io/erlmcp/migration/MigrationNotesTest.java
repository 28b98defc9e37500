package io.erlmcp.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.feature.MemoryKeyValueStore;
import io.erlmcp.migration.MigrationConfig.Phase;
import io.erlmcp.observability.Event;
import io.erlmcp.runtime.Time;
import io.erlmcp.session.EventLogs;
import io.erlmcp.session.SessionLimits;
import io.erlmcp.session.UnreadableRecord;
import io.erlmcp.task.MemoryTaskStore;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Notes that do not fit, or are damaged, and single records that are: no session goes for them. */
@Requirement({"migrate.hybrid", "migrate.consistency"})
class MigrationNotesTest {
    @TempDir Path folder;
    private final FailingSessions source = new FailingSessions();
    private final FailingSessions target = new FailingSessions();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private @Nullable MigratingStore open;

    private Path notes() {
        return folder.resolve("migration");
    }

    private static Side side(String name, FailingSessions sessions) {
        return new Side(
                name,
                sessions,
                EventLogs.inMemory(Instant.EPOCH, SessionLimits.DEFAULTS.events()),
                new MemoryKeyValueStore(),
                new MemoryTaskStore());
    }

    private MigratingStore open(String from, String to, Phase phase) throws Exception {
        close();
        MigrationConfig config =
                new MigrationConfig(phase, 100, Duration.ofMillis(20), Duration.ofDays(1));
        MigratingStore store =
                MigratingStore.open(
                        new MigratingStore.Plan(side(from, source), side(to, target), config),
                        notes(),
                        Time.system(),
                        events::add);
        open = store;
        return store;
    }

    private MigratingStore open(Phase phase) throws Exception {
        return open("store", "store-2", phase);
    }

    private void finish() throws Exception {
        await().until(open(Phase.READ_SOURCE)::isComplete);
        close();
    }

    @AfterEach
    void close() {
        if (open != null) {
            open.close();
            open = null;
        }
    }

    private void append(String text) throws IOException {
        Files.writeString(notes(), text, StandardCharsets.ISO_8859_1, StandardOpenOption.APPEND);
    }

    private List<MigrationEvent.Violation> violations() {
        return events.stream()
                .filter(MigrationEvent.Violation.class::isInstance)
                .map(MigrationEvent.Violation.class::cast)
                .toList();
    }

    @Test
    void storesOfAnotherMigrationAreRefusedWithTheKeyTheValueAndWhatWasNoted() throws Exception {
        finish();
        assertThatThrownBy(() -> open("store", "store-3", Phase.READ_TARGET))
                .isInstanceOf(OtherMigration.class)
                .hasMessageContaining("migration.target: \"store-3\"")
                .hasMessageContaining("from \"store\" to \"store-2\"")
                .hasMessageContaining("move " + notes() + " away");
        assertThatThrownBy(() -> open("old", "store-2", Phase.READ_SOURCE))
                .isInstanceOf(OtherMigration.class)
                .hasMessageContaining("migration.source: \"old\"")
                .hasMessageContaining("set it to \"store\"");
        assertThatThrownBy(() -> MigrationNotes.notYet("store-3", notes()))
                .isInstanceOf(OtherMigration.class)
                .hasMessageContaining("migration.target: \"store-3\"");
        assertThat(MigrationNotes.notYet("store-2", notes())).isEmpty();
    }

    @Test
    void onceTheTargetHasStoodAloneNeitherPhaseGoesBackToTheSource() throws Exception {
        finish();
        MigrationNotes.standAlone(notes());
        target.kept.put(MigratingStoreTest.session("opened in phase 3", 1));
        assertThatThrownBy(() -> open(Phase.READ_SOURCE))
                .isInstanceOf(OtherMigration.class)
                .hasMessageContaining("migration.phase: 1")
                .hasMessageContaining("set migration.phase: 3");
        assertThatThrownBy(() -> open(Phase.READ_TARGET))
                .isInstanceOf(OtherMigration.class)
                .hasMessageContaining("migration.phase: 2");
        assertThat(target.kept.read("opened in phase 3")).isPresent();
        append("00000000 damage\n");
        assertThat(MigrationNotes.notYet("store-2", notes())).isEmpty();
    }

    @Test
    void whicheverByteIsDamagedTheTargetIsStillKnownToHaveStoodAlone() throws Exception {
        finish();
        MigrationNotes.standAlone(notes());
        byte[] whole = Files.readAllBytes(notes());
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 1;
            Files.write(notes(), damaged);
            assertThatThrownBy(() -> open(Phase.READ_SOURCE))
                    .as("byte " + i)
                    .isInstanceOf(OtherMigration.class)
                    .hasMessageContaining("has stood alone");
            assertThat(MigrationNotes.notYet("store-2", notes())).isEmpty();
        }
    }

    @Test
    void aSessionThatOneStoreCannotReadIsChangedWhereTheOtherHasIt() throws Exception {
        for (Phase phase : Phase.values()) {
            String id = "changed in " + phase;
            source.kept.put(MigratingStoreTest.session(id, 1));
            finish();
            events.clear();
            MigratingStore store = open(phase);
            // nothing is compared again, and mended, for a day
            await().until(
                            () ->
                                    events.stream()
                                            .anyMatch(MigrationEvent.Compared.class::isInstance));
            FailingSessions first = phase == Phase.READ_SOURCE ? source : target;
            first.damaged.add(id);
            assertThat(store.sessions().update(MigratingStoreTest.session(id, 2))).isTrue();
            assertThat(source.read(id).orElseThrow().version()).isEqualTo(2);
            assertThat(target.read(id).orElseThrow().version()).isEqualTo(2);
        }
    }

    @Test
    void oneThatNeitherCanReadIsNotChangedAndSaysSo() throws Exception {
        source.kept.put(MigratingStoreTest.session("a", 1));
        finish();
        MigratingStore store = open(Phase.READ_TARGET);
        source.damaged.add("a");
        target.damaged.add("a");
        assertThatThrownBy(() -> store.sessions().update(MigratingStoreTest.session("a", 2)))
                .isInstanceOf(UnreadableRecord.class);
    }

    @Test
    void aTargetThatHoldsSessionsOfNobodyKnowsWhereIsRefused() throws Exception {
        target.kept.put(MigratingStoreTest.session("a", 1));
        assertThatThrownBy(() -> open(Phase.READ_SOURCE))
                .isInstanceOf(OtherMigration.class)
                .hasMessageContaining("migration.target: \"store-2\" holds 1 sessions");
        assertThat(target.kept.read("a")).isPresent();
    }

    @Test
    void aTornLastLineIsLeftOut() throws Exception {
        finish();
        append("5a3f lacks TARG");
        MigratingStore store = open(Phase.READ_SOURCE);
        assertThat(store.isComplete()).isTrue();
        assertThat(MigrationNotes.notYet("store-2", notes())).isEmpty();
    }

    @Test
    void aDamagedLineDeletesNothingThatEitherStoreHas() throws Exception {
        for (Phase phase : Phase.values()) {
            finish();
            source.kept.put(MigratingStoreTest.session("source " + phase, 1));
            target.kept.put(MigratingStoreTest.session("target " + phase, 1));
            source.kept.put(MigratingStoreTest.session("both " + phase, 2));
            target.kept.put(MigratingStoreTest.session("both " + phase, 3));
            append("5a3f lacks TARG5a3f lacks\n");
            target.failsWrites = true; // for a moment, so that nothing is made equal yet
            source.failsWrites = true;
            MigratingStore store = open(phase);
            assertThat(store.sessions().read("source " + phase)).isPresent();
            assertThat(store.sessions().read("target " + phase)).isPresent();
            assertThat(store.sessions().read("both " + phase).orElseThrow().version()).isEqualTo(3);
            target.failsWrites = false;
            source.failsWrites = false;
            await().until(store::isComplete);
            for (String id : List.of("source ", "target ", "both ")) {
                assertThat(source.kept.read(id + phase))
                        .isPresent()
                        .isEqualTo(target.kept.read(id + phase));
            }
            assertThat(source.kept.read("both " + phase).orElseThrow().version()).isEqualTo(3);
        }
    }

    @Test
    void whatEndsWhileNobodyKnowsWhichStoreIsRightStaysEnded() throws Exception {
        finish();
        source.kept.put(MigratingStoreTest.session("a", 1));
        target.kept.put(MigratingStoreTest.session("a", 1));
        append("damage\n");
        target.refused.add("a");
        MigratingStore store = open(Phase.READ_SOURCE);
        assertThat(store.sessions().delete("a")).isTrue();
        assertThat(store.sessions().read("a")).isEmpty();
        target.refused.clear();
        await().until(() -> store.isComplete() && store.pending() == 0);
        assertThat(source.kept.read("a")).isEmpty();
        assertThat(target.kept.read("a")).isEmpty();
    }

    @Test
    void aRecordThatCannotBeReadIsToldAndKeepsNoOtherFromBeingCopied() throws Exception {
        for (String id : List.of("a", "b", "c")) {
            source.kept.put(MigratingStoreTest.session(id, 1));
        }
        source.damaged.add("a");
        await().until(open(Phase.READ_SOURCE)::isComplete);
        assertThat(target.kept.read("b")).isPresent();
        assertThat(target.kept.read("c")).isPresent();
        assertThat(violations())
                .extracting(MigrationEvent.Violation::what)
                .containsOnly("cannot be read in store");
        assertThat(events.stream().filter(MigrationEvent.WriteQueued.class::isInstance)).isEmpty();
        assertThat(MigrationNotes.notYet("store-2", notes())).isEmpty();
    }

    @Test
    void whatOneStoreCannotReadItGetsFromTheOther() throws Exception {
        source.kept.put(MigratingStoreTest.session("a", 1));
        source.kept.put(MigratingStoreTest.session("b", 1));
        finish();
        source.damaged.add("a");
        target.damaged.add("b");
        open(Phase.READ_SOURCE);
        await().until(() -> source.damaged.isEmpty() && target.damaged.isEmpty());
        await().until(() -> violations().size() == 2);
    }

    @Test
    void aNotedEntryThatCannotBeReadDoesNotCountAsLackingForEver() throws Exception {
        finish();
        MigratingStore store = open(Phase.READ_SOURCE);
        target.failsWrites = true;
        store.sessions().create(MigratingStoreTest.session("a", 1));
        store.sessions().create(MigratingStoreTest.session("b", 1));
        source.damaged.add("a");
        target.failsWrites = false;
        await().until(() -> store.pending() == 0);
        assertThat(target.kept.read("b")).isPresent();
        assertThat(violations()).isNotEmpty();
    }

    @Test
    void anEntryThatCannotBeWrittenKeepsNoOtherBackAndThePhaseThreeWaitsForIt() throws Exception {
        for (int i = 0; i < 30; i++) {
            source.kept.put(MigratingStoreTest.session("s" + i, 1));
        }
        target.refused.add("s3");
        MigratingStore store = open(Phase.READ_SOURCE);
        await().until(() -> target.kept.size() == 29);
        await().until(() -> events.stream().anyMatch(MigrationEvent.NotCompared.class::isInstance));
        assertThat(store.isComplete()).isFalse();
        assertThat(MigrationNotes.notYet("store-2", notes())).isPresent();
        target.refused.clear();
        await().until(store::isComplete);
        assertThat(target.kept.read("s3")).isPresent();
    }
}
