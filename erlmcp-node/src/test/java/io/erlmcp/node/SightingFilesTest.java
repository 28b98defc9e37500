package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.andon.AndonEvent;
import io.erlmcp.andon.Disk;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Requirement("upstream.changed")
class SightingFilesTest {
    private static final ComponentId UP = ComponentId.of("upstreams", "up");
    private static final Map<String, String> SEEN = Map.of("tool pay", "00ff");

    @TempDir Path data;
    private final List<Event> events = new ArrayList<>();

    private SightingFiles files() {
        return new SightingFiles(data, Disk.REAL, Time.system(), events::add);
    }

    private Path file() {
        return data.resolve("definitions/upstreams~up.json");
    }

    @Test
    void whatOneRunSavesTheNextLoadsAndAnotherServerHasNothing() throws Exception {
        assertThat(files().load(UP)).isEmpty();
        assertThat(files().save(UP, SEEN)).isTrue();

        assertThat(files().load(UP)).isEqualTo(SEEN);
        assertThat(files().load(ComponentId.of("upstreams", "other"))).isEmpty();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        assertThat(events).isEmpty();
    }

    @Test
    void aFileThatIsNotWhatWasWrittenIsToldAndMovedAsideAndNotFatal() throws Exception {
        assertThat(files().save(UP, SEEN)).isTrue();
        Files.writeString(file(), Files.readString(file()).replace("00ff", "00fe"));

        assertThat(files().load(UP)).isEmpty();

        assertThat(events)
                .singleElement()
                .isInstanceOfSatisfying(
                        AndonEvent.Unreadable.class,
                        it -> {
                            assertThat(it.what()).contains("upstreams/up");
                            assertThat(it.problem()).contains("checksum");
                        });
        assertThat(file()).doesNotExist();
        try (Stream<Path> left = Files.list(data.resolve("definitions"))) {
            assertThat(left)
                    .singleElement()
                    .satisfies(it -> assertThat(it.toString()).contains(".damaged-"));
        }
        assertThat(files().save(UP, SEEN)).isTrue();
        assertThat(files().load(UP)).isEqualTo(SEEN);
    }

    @Test
    void aDiskThatTakesNothingIsToldOnceAndAskedAgain() throws Exception {
        Files.createFile(data.resolve("definitions"));
        SightingFiles files = files();

        assertThat(files.save(UP, SEEN)).isFalse();
        assertThat(files.save(UP, SEEN)).isFalse();

        assertThat(events).singleElement().isInstanceOf(AndonEvent.NotKept.class);
        Files.delete(data.resolve("definitions"));
        assertThat(files.save(UP, SEEN)).isTrue();
        assertThat(files().load(UP)).isEqualTo(SEEN);
    }
}
