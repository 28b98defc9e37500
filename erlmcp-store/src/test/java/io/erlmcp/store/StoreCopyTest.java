package io.erlmcp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.json.JsonString;
import io.erlmcp.migration.MigratingStore;
import io.erlmcp.migration.MigrationConfig;
import io.erlmcp.migration.Side;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.runtime.Time;
import io.erlmcp.security.Principal;
import io.erlmcp.session.EventId;
import io.erlmcp.session.EventLog;
import io.erlmcp.task.TaskRecord;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store is copied whole into another folder, or not at all. */
@Requirement({"migrate.cli", "migrate.verify"})
class StoreCopyTest {
    private static final StoreCopy.Progress NONE = (what, entries) -> {};

    @TempDir Path folder;

    private Path source() {
        return folder.resolve("source");
    }

    private Path target() {
        return folder.resolve("target");
    }

    private static DiskStore open(Path at) throws Exception {
        return DiskStore.open(StoreConfig.in(at), Time.system(), Observer.NONE);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Fills the source; returns the id of its first event. */
    private EventId fill(int sessions) throws Exception {
        try (DiskStore store = open(source())) {
            for (int i = 0; i < sessions; i++) {
                store.sessions().create(Records.session("s" + i, "ann", i));
            }
            store.values().put("key", new JsonString("value"));
            store.tasks().create(task());
            EventLog log = store.events().create("s0");
            log.begin("p", new EventLog.Work(bytes("request"), bytes("interrupted")));
            EventId first = log.append("g", bytes("1"));
            log.append("g", bytes("2"));
            return first;
        }
    }

    private static TaskRecord task() {
        return new TaskRecord(
                "t",
                "ann",
                new Principal("ann", Set.of()),
                "work",
                TaskStatus.COMPLETED,
                null,
                Instant.EPOCH,
                Instant.EPOCH,
                Duration.ofHours(1),
                null,
                null);
    }

    private static Map<String, String> files(Path root) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path each : all.filter(Files::isRegularFile).toList()) {
                byte[] content = Files.readAllBytes(each);
                found.put(root.relativize(each).toString(), StoredWork.digest(content));
            }
        }
        return found;
    }

    @Test
    void theCopyHasEverythingAndTheSourceIsAsItWas() throws Exception {
        EventId first = fill(1_234);
        Map<String, String> before = files(source());
        List<String> told = new ArrayList<>();
        StoreCopy.Copied copied =
                StoreCopy.copy(
                        source(), target(), (what, entries) -> told.add(what + ' ' + entries));
        assertThat(files(source())).isEqualTo(before);
        assertThat(copied.sessions()).isEqualTo(1_234);
        assertThat(copied.events()).isEqualTo(2);
        assertThat(copied.values()).isEqualTo(1);
        assertThat(copied.tasks()).isEqualTo(1);
        assertThat(copied.work()).isEqualTo(1);
        assertThat(told)
                .contains(
                        "copied sessions 500",
                        "copied sessions 1000",
                        "read sessions of the source 1000",
                        "read sessions of the copy 1000");
        try (DiskStore store = open(target())) {
            assertThat(store.sessions().size()).isEqualTo(1_234);
            assertThat(store.sessions().read("s7")).contains(Records.session("s7", "ann", 7));
            assertThat(store.values().get("key")).contains(new JsonString("value"));
            assertThat(store.events().reopen("s0").after(first).orElseThrow()).hasSize(1);
        }
        assertThat(StoreCheck.check(target()).isWhole()).isTrue();
    }

    @Test
    void aDryRunMakesNothingAndSaysTheSame() throws Exception {
        fill(3);
        StoreCopy.Copied seen = StoreCopy.look(source(), target(), NONE);
        assertThat(target()).doesNotExist();
        assertThat(StoreCopy.copy(source(), target(), NONE)).isEqualTo(seen);
    }

    @Test
    void storesThatDifferHaveOtherChecksums() throws Exception {
        fill(3);
        StoreCopy.Copied before = StoreCopy.look(source(), target(), NONE);
        try (DiskStore store = open(source())) {
            store.sessions().update(Records.session("s1", 2, "ann", 1));
        }
        StoreCopy.Copied after = StoreCopy.look(source(), target(), NONE);
        assertThat(after.sessions()).isEqualTo(before.sessions());
        assertThat(after.checksum()).isNotEqualTo(before.checksum());
    }

    @Test
    void whatIsNoStoreOrDamagedIsNotCopied() throws Exception {
        refused(folder.resolve("nothing"), target(), "there is no store");
        fill(3);
        open(source()).close(); // what was in its log is in a table now
        damage();
        refused(source(), target(), "repair");
        assertThat(target()).doesNotExist();
    }

    private void damage() throws IOException {
        try (Stream<Path> all = Files.list(source().resolve("db"))) {
            for (Path table : all.filter(it -> it.toString().endsWith(".sst")).toList()) {
                byte[] content = Files.readAllBytes(table);
                Files.write(table, Arrays.copyOf(content, content.length / 2));
            }
        }
    }

    @Test
    void aTargetThatIsThereOrInTheSourceIsNotWritten() throws Exception {
        fill(3);
        Files.createDirectory(target());
        StoreCopy.copy(source(), target(), NONE);
        Map<String, String> before = files(target());
        refused(source(), target(), "must be missing, or an empty folder");
        assertThat(files(target())).isEqualTo(before);
        refused(source(), source().resolve("inside"), "must not be in the source");
        refused(source(), folder.resolve("no").resolve("parent"), "must be a folder");
    }

    private static void refused(Path from, Path to, String why) {
        assertThatThrownBy(() -> StoreCopy.copy(from, to, NONE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }

    @Test
    @Requirement("migrate.hybrid")
    void eventsKeepTheirIdsInTheOtherStoreAndAreReplayedFromIt() throws Exception {
        EventId first;
        try (DiskStore old = open(source());
                DiskStore next = open(target());
                MigratingStore both =
                        MigratingStore.open(
                                new MigratingStore.Plan(
                                        side(old),
                                        side(next),
                                        MigrationConfig.of(MigrationConfig.Phase.READ_SOURCE)),
                                folder.resolve("notes"),
                                Time.system(),
                                Observer.NONE)) {
            both.sessions().create(Records.session("s", "ann", 1));
            EventLog log = both.events().create("s");
            log.begin("p", new EventLog.Work(bytes("request"), bytes("interrupted")));
            first = log.append("p", bytes(""));
            log.append("p", bytes("1"));
            log.finish("p", bytes("2"));
        }
        try (DiskStore next = open(target())) {
            assertThat(next.sessions().read("s")).isPresent();
            EventLog log = next.events().reopen("s");
            assertThat(
                            log.after(first).orElseThrow().stream()
                                    .map(it -> new String(it.data(), StandardCharsets.UTF_8)))
                    .containsExactly("1", "2");
            assertThat(log.isReplay(bytes("request"))).isTrue();
            EventId more = log.append("p", bytes("3"));
            assertThat(more.number()).isEqualTo(first.number() + 3);
        }
    }

    private static Side side(DiskStore store) {
        return new Side("disk", store.sessions(), store.events(), store.values(), store.tasks());
    }
}
