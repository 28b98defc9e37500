package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class NodeRecoveryTest {
    /** The reference of all metrics is held to them by {@code MetricsTest}. */
    @Test
    @Requirement("recovery.strategist-use")
    void whatABundleShowsOfTheNodeAreMetricsThatThereAre() throws IOException {
        String reference = Files.readString(Path.of("../docs/metrics.md"));

        assertThat(NodeRecovery.OF_THE_NODE)
                .isNotEmpty()
                .allSatisfy(name -> assertThat(reference).contains("| `" + name + "` |"));
    }
}
