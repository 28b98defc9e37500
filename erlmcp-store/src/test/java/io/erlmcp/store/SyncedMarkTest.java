package io.erlmcp.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is noted of the engine's list of files is on the disk, whatever is cut off later. */
@Requirement("session.dets")
class SyncedMarkTest {
    private static final String LIST = "MANIFEST-000001";

    @TempDir Path folder;
    private final List<Long> forced = new ArrayList<>();
    private boolean isBroken;

    @BeforeEach
    void list() throws IOException {
        Files.createDirectory(folder.resolve("db"));
        Files.writeString(folder.resolve("db/CURRENT"), LIST + "\n");
        grow(10);
    }

    private void grow(int length) throws IOException {
        Files.write(folder.resolve("db").resolve(LIST), new byte[length]);
    }

    private void force(Path file) throws IOException {
        if (isBroken) {
            throw new IOException("the disk does not take it");
        }
        forced.add(Files.size(file));
    }

    private SyncedMark.Mark read() throws IOException {
        return SyncedMark.read(folder);
    }

    @Test
    void aListIsForcedBeforeItsLengthIsNotedAndOnlyWhenItGrew() throws IOException {
        try (SyncedMark mark = SyncedMark.open(folder, this::force)) {
            mark.write(1);
            mark.write(2);
            assertThat(forced).containsExactly(10L);
            grow(20);
            mark.write(3);
            assertThat(forced).containsExactly(10L, 20L);
            assertThat(read()).isEqualTo(new SyncedMark.Mark(3, 1, 20));
        }
    }

    @Test
    void whatCannotBeForcedIsNotNoted() throws IOException {
        try (SyncedMark mark = SyncedMark.open(folder, this::force)) {
            mark.write(1);
            grow(20);
            isBroken = true;
            mark.write(2);
            assertThat(read()).isEqualTo(new SyncedMark.Mark(2, 1, 10));
            isBroken = false;
            mark.write(3);
            assertThat(read()).isEqualTo(new SyncedMark.Mark(3, 1, 20));
        }
    }

    @Test
    void theRealThingForcesARealFile() throws IOException {
        try (SyncedMark mark = SyncedMark.open(folder)) {
            mark.write(1);
            assertThat(read()).isEqualTo(new SyncedMark.Mark(1, 1, 10));
        }
    }
}
