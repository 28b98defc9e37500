package io.erlmcp.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which requirement has which tests; an id that nobody knows is a mistake. */
class RequirementsTest {
    private static final Path IDS = Repository.ROOT.resolve("docs/requirements-ids.txt");
    private static final Path REPORT = Repository.ROOT.resolve("docs/requirements.md");

    @Test
    void everyIdIsKnownAndTheReportIsUpToDate() throws IOException {
        var tests = Requirements.namedBy(Classes.tests());
        tests.remove(Sample.UNKNOWN_ID);
        tests.remove(Sample.KNOWN_ID);
        var requirements = new Requirements(Requirements.read(Files.readAllLines(IDS)), tests);

        assertThat(requirements.unknown()).as("ids that %s does not list", IDS).isEmpty();
        Golden.check(REPORT, requirements.report());
    }

    @Test
    void anUnknownIdIsFoundWithItsTest() {
        var tests = Requirements.namedBy(new ClassFileImporter().importClasses(Sample.class));
        var requirements =
                new Requirements(
                        Requirements.read(List.of("# Samples", "sample.known  A sample")), tests);

        assertThat(requirements.unknown()).containsExactly("sample.unknown in RequirementsTest");
        assertThat(requirements.report())
                .contains("1 of 1 have tests.", "| `sample.known` | A sample | RequirementsTest |");
    }

    @Test
    void theListRefusesAnIdWithoutTitleAndAnIdTwice() {
        assertThatThrownBy(() -> Requirements.read(List.of("# S", "a")))
                .hasMessageContaining("no title");
        assertThatThrownBy(() -> Requirements.read(List.of("# S", "a one", "a two")))
                .hasMessageContaining("listed twice: a two");
    }

    /** Names one id of the class and one of a method. */
    @Requirement(Sample.KNOWN_ID)
    private static final class Sample {
        private static final String KNOWN_ID = "sample.known";
        private static final String UNKNOWN_ID = "sample.unknown";

        @Requirement(UNKNOWN_ID)
        void proves() {}
    }
}
