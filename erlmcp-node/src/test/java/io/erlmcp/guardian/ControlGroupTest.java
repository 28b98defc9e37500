package io.erlmcp.guardian;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups as the kernel shows them, in files that a test can write. */
@Requirement({"guardian.measure", "guardian.limits"})
class ControlGroupTest {
    private static final long MB = 1 << 20;

    @TempDir Path folder;

    private Path group(String path, String max, long current, long inactive) throws IOException {
        Path group = Files.createDirectories(folder.resolve("root").resolve(path));
        Files.writeString(group.resolve("memory.max"), max + "\n");
        Files.writeString(group.resolve("memory.current"), current + "\n");
        Files.writeString(
                group.resolve("memory.stat"),
                "anon 1\nfile 2\ninactive_file " + inactive + "\nactive_file 3\n");
        return group;
    }

    private @Nullable ControlGroup find(String own) throws IOException {
        Path self = Files.writeString(folder.resolve("self"), "0::" + own + "\n");
        return ControlGroup.find(self, folder.resolve("root"));
    }

    @Test
    void childrenCountWhereTheirMemoryCountsAgainstTheSameLimit() throws IOException {
        Path group = group("pod", Long.toString(100 * MB), 50 * MB, 0);
        try (ControlGroup found = Objects.requireNonNull(find("/pod"));
                JvmMeasures measures =
                        new JvmMeasures(
                                Time.system(),
                                new Collections(),
                                new JvmMeasures.Counted(
                                        new JvmMeasures.Bounded(() -> 0, 0),
                                        new JvmMeasures.Bounded(() -> 0, 0),
                                        new JvmMeasures.Bounded(() -> 0, 0)),
                                new JvmMeasures.DirectMemory(() -> 0, () -> 1L << 30),
                                found)) {
            Files.writeString(group.resolve("memory.current"), (98 * MB) + "\n");
            assertThat(measures.sample().of(Resource.MEMORY))
                    .isEqualTo(Reading.of("container memory", 98));
        }
    }

    @Test
    void filesThatTheKernelCanForgetDoNotCount() throws IOException {
        Path group = group("pod", Long.toString(100 * MB), 95 * MB, 45 * MB);
        try (ControlGroup found = Objects.requireNonNull(find("/pod"))) {
            assertThat(found.memory()).isEqualTo(Reading.of("container memory", 50));
            Files.writeString(group.resolve("memory.current"), (75 * MB) + "\n");
            assertThat(found.memory()).isEqualTo(Reading.of("container memory", 30));
        }
    }

    @Test
    void theLeastLimitAboveIsTheOneThatCounts() throws IOException {
        group("", "max", 900 * MB, 0);
        group("pod", Long.toString(100 * MB), 60 * MB, 0);
        group("pod/node", Long.toString(400 * MB), 40 * MB, 0);
        try (ControlGroup found = Objects.requireNonNull(find("/pod/node"))) {
            assertThat(found.memory()).isEqualTo(Reading.of("container memory", 60));
        }
    }

    @Test
    void aPathFromOutsideOfTheContainerIsTheRootOfWhatIsSeenHere() throws IOException {
        group("", Long.toString(200 * MB), 20 * MB, 0);
        try (ControlGroup found = Objects.requireNonNull(find("/../../elsewhere"))) {
            assertThat(found.memory()).isEqualTo(Reading.of("container memory", 10));
        }
    }

    @Test
    void whereNothingIsLimitedThereIsNoGroup() throws IOException {
        group("", "max", 900 * MB, 0);
        group("free", "max", 900 * MB, 0);
        assertThat(find("/free")).isNull();
        assertThat(ControlGroup.find(folder.resolve("none"), folder)).isNull();
    }
}
