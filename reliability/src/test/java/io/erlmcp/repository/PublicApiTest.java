package io.erlmcp.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code public} is a decision: what each published module shows stands in docs/public-api. */
class PublicApiTest {
    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "erlmcp-core",
                "erlmcp-transports",
                "erlmcp-store",
                "erlmcp-testkit",
                "erlmcp-node"
            })
    void aModuleShowsWhatItsGoldenFileSays(String module) throws IOException {
        var golden = Repository.ROOT.resolve("docs/public-api").resolve(module + ".txt");

        Golden.check(golden, PublicApi.describe(Classes.production(module)));
    }

    @Test
    void theListNamesWhatCanBeSeenAndNothingElse() {
        var classes = new ClassFileImporter().importClasses(PublicSample.class, HiddenSample.class);

        assertThat(PublicApi.describe(classes))
                .isEqualTo(
                        """
                        public class io.erlmcp.repository.PublicSample
                            protected void open()
                            public PublicSample()
                            public String name(int)
                        """);
    }

    @Test
    void aChangeIsRefused(@TempDir Path folder) throws IOException {
        var golden = Files.writeString(folder.resolve("golden.txt"), "public void old()\n");

        assertThatThrownBy(() -> Golden.compare(golden, "public void renamed()\n"))
                .hasMessageContaining("-Dgolden=update");
    }
}
