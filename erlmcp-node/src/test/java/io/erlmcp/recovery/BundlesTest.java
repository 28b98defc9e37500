package io.erlmcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundlesTest {
    @TempDir Path data;

    private static Bundle bundle(String component, int second) {
        return new Bundle(
                new ComponentId(component),
                Instant.ofEpochSecond(second),
                FailureClass.UNKNOWN,
                "odd",
                Map.of("stderr", List.of("a line")));
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(data.resolve("recovery"))) {
            return files.map(it -> it.getFileName().toString()).toList();
        }
    }

    @Test
    @Requirement("security.operations")
    void theBundlesOfSoManyComponentsAreKept() throws Exception {
        Bundles bundles = new Bundles(2, data);
        bundles.keep(bundle("a", 1));
        bundles.keep(bundle("b/x", 2));
        assertThat(names()).containsExactlyInAnyOrder("a.json", "b+x.json");

        bundles.keep(bundle("c", 3));

        assertThat(names()).containsExactlyInAnyOrder("b+x.json", "c.json");
        assertThat(bundles.of(ComponentId.of("a"))).isEmpty();
    }

    @Test
    void theNewestOfAComponentTakesThePlaceOfTheOneBefore() throws Exception {
        Bundles bundles = new Bundles(2, data);
        bundles.keep(bundle("a", 1));
        bundles.keep(bundle("b", 2));
        bundles.keep(bundle("a", 3));
        bundles.keep(bundle("c", 4));

        assertThat(bundles.times()).containsOnlyKeys(ComponentId.of("a"), ComponentId.of("c"));
        assertThat(bundles.of(ComponentId.of("a")))
                .hasValueSatisfying(it -> assertThat(it.at().getEpochSecond()).isEqualTo(3));
    }

    @Test
    void theNextRunHasTheNewestAndCleansUpWhatIsTorn() throws Exception {
        Bundles bundles = new Bundles(2, data);
        bundles.keep(bundle("b", 2));
        bundles.keep(bundle("a", 1));
        Path folder = data.resolve("recovery");
        Files.writeString(folder.resolve("torn.json"), "{");
        Files.writeString(folder.resolve("left.json.tmp"), "{}");
        Files.writeString(folder.resolve("notes.txt"), "of somebody");
        Files.copy(folder.resolve("a.json"), folder.resolve("another.json"));

        Bundles fewer = new Bundles(1, data);
        fewer.open();

        assertThat(names()).containsExactlyInAnyOrder("b.json", "notes.txt");
        assertThat(fewer.of(ComponentId.of("b")))
                .hasValueSatisfying(it -> assertThat(it.json()).isEqualTo(bundle("b", 2).json()));
    }

    @Test
    void aFolderThatCannotBeWrittenLosesTheFileAndNotTheBundle() throws Exception {
        Files.writeString(data.resolve("recovery"), "in the way");
        Bundles bundles = new Bundles(1, data);

        assertThatThrownBy(() -> bundles.keep(bundle("a", 1))).isInstanceOf(IOException.class);

        assertThat(bundles.of(ComponentId.of("a"))).isPresent();
    }
}
