package io.erlmcp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Requirement("R03")
class StoreDamageTest {
    @TempDir Path parent;

    private Path folder() {
        return parent.resolve("store");
    }

    private DiskStore open() throws Exception {
        return DiskStore.open(StoreConfig.in(folder()), Time.system(), Observer.NONE);
    }

    private void fill(int sessions) throws Exception {
        try (DiskStore store = open()) {
            for (int i = 0; i < sessions; i++) {
                store.sessions().create(Records.session("session-" + i, "ann", i));
            }
        }
    }

    private Path newest(String suffix) throws IOException {
        try (Stream<Path> files = Files.list(folder().resolve("db"))) {
            return files.filter(it -> it.toString().endsWith(suffix))
                    .max(Comparator.comparing(Path::getFileName))
                    .orElseThrow();
        }
    }

    private static void flip(Path file, long position) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) position] ^= 0x10;
        Files.write(file, bytes);
    }

    @Test
    @Requirement("security.sessions")
    void theFolderIsItsOwnersAlone() throws Exception {
        fill(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder())))
                .isEqualTo("rwx------");
    }

    @Test
    void aStoreThatIsWholeHasNoProblems() throws Exception {
        fill(10);
        StoreCheck.Found found = StoreCheck.check(folder());
        assertThat(found.problems()).isEmpty();
        assertThat(found.sessions()).isEqualTo(10);
    }

    @Test
    void everyFlippedByteOfTheLogIsFoundAndTheCommandsAreNamed() throws Exception {
        fill(20);
        Path log = newest(".log");
        byte[] whole = Files.readAllBytes(log);
        for (int position = 0; position < whole.length; position += 97) {
            flip(log, position);
            assertThatThrownBy(this::open)
                    .as("byte " + position + " of " + whole.length)
                    .isInstanceOf(StoreDamaged.class)
                    .hasMessageContaining("store repair")
                    .hasMessageContaining("nothing was changed");
            assertThat(StoreCheck.check(folder()).isWhole()).isFalse();
            Files.write(log, whole);
        }
        open().close();
    }

    @Test
    void aLogThatLostWhatWasSyncedIsFound() throws Exception {
        fill(20);
        Path log = newest(".log");
        byte[] whole = Files.readAllBytes(log);
        Files.write(log, Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(this::open)
                .isInstanceOf(StoreDamaged.class)
                .hasMessageContaining("were synced");
        assertThat(StoreCheck.check(folder()).problems())
                .anyMatch(line -> line.contains("acknowledged changes are gone"));
    }

    /** Among them those that make a record one of the kinds that the engine reads for ever. */
    @Test
    void everyFlippedByteOfTheListOfFilesIsFound() throws Exception {
        fill(20);
        Path list = newest(".log").resolveSibling(current());
        byte[] whole = Files.readAllBytes(list);
        for (int position = 6; position < whole.length; position += 23) {
            byte[] damaged = whole.clone();
            damaged[position] ^= 0x04;
            Files.write(list, damaged);
            assertThat(StoreCheck.check(folder()).isWhole()).as("byte " + position).isFalse();
            assertThatThrownBy(this::open)
                    .as("byte " + position)
                    .isInstanceOf(StoreDamaged.class)
                    .hasMessageContaining("nothing was changed");
        }
        Files.write(list, whole);
        open().close();
    }

    @Test
    void aListOfFilesThatIsShorterThanItWasIsFound() throws Exception {
        fill(20);
        fill(0);
        Path list = newest(".log").resolveSibling(current());
        byte[] whole = Files.readAllBytes(list);
        for (int length = whole.length - 1; length > 0; length -= 37) {
            Files.write(list, Arrays.copyOf(whole, length));
            assertThatThrownBy(this::open).as("" + length).isInstanceOf(StoreDamaged.class);
            assertThat(StoreCheck.check(folder()).isWhole()).isFalse();
        }
        Files.write(list, whole);
        open().close();
    }

    private String current() throws IOException {
        return Files.readString(folder().resolve("db").resolve("CURRENT")).strip();
    }

    @Test
    void aRepairKeepsWhatCanBeReadAndTheStoreAsItWas() throws Exception {
        fill(20);
        Path log = newest(".log");
        byte[] whole = Files.readAllBytes(log);
        Files.write(log, Arrays.copyOf(whole, whole.length / 2));
        StoreRepair.Repaired repaired = StoreRepair.repair(folder(), Instant.EPOCH);
        assertThat(repaired.before()).isDirectory();
        assertThat(repaired.found().problems()).isEmpty();
        assertThat(repaired.found().sessions()).isBetween(1L, 19L);
        try (DiskStore store = open()) {
            assertThat(store.sessions().size()).isEqualTo((int) repaired.found().sessions());
            assertThat(store.sessions().read("session-0")).isPresent();
        }
    }

    @Test
    void whereThereIsNoStoreThereIsNothingToCheck() {
        assertThatThrownBy(() -> StoreCheck.check(folder()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("there is no store");
    }

    @Test
    void aStoreThatAnotherHasOpenIsNotCalledDamaged() throws Exception {
        fill(1);
        try (DiskStore first = open()) {
            assertThat(first.sessions().size()).isOne();
            assertThatThrownBy(this::open)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the store cannot be opened: ")
                    .hasMessageContaining("LOCK")
                    .hasMessageContaining("End another process that has it open")
                    .hasMessageNotContaining("repair");
        }
        open().close();
    }
}
