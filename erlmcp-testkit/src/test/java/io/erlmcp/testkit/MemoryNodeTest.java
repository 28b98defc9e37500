package io.erlmcp.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.feature.Catalogs;
import io.erlmcp.feature.Feature;
import io.erlmcp.feature.RunningNode;
import io.erlmcp.feature.ToolProvider;
import io.erlmcp.observability.ResourceLevel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryNodeTest {
    private static final String ECHO = "tools/echo";

    private final MemoryNode node = new MemoryNode("plugins/a.B");

    @Test
    void whatAPluginHaltsIsHaltedUntilAnOperatorResumesIt() {
        node.halt("tools", "all of them");

        assertThat(node.haltOver(ECHO))
                .hasValueSatisfying(
                        halt -> {
                            assertThat(halt.who()).isEqualTo("plugins/a.B");
                            assertThat(halt.reason()).isEqualTo("all of them");
                        });
        assertThat(node.halts()).hasSize(1);
        assertThat(node.resume(ECHO)).isFalse();
        assertThat(node.resume("tools")).isTrue();
        assertThat(node.haltOver(ECHO)).isEmpty();
    }

    @Test
    void itRefusesWhatARealNodeRefuses() {
        for (String vital : List.of("listeners", "listeners/admin")) {
            assertThatThrownBy(() -> node.halt(vital, "x"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(vital + " cannot be halted");
        }
        assertThatThrownBy(() -> node.halt(ECHO, " ")).hasMessageContaining("needs a reason");
        assertThatThrownBy(() -> node.halt(ECHO, "x".repeat(1_001)))
                .hasMessageContaining("this one has 1001");
        node.halt(ECHO, "x".repeat(1_000));
        node.halt("resources/file:///x", "x");
        assertThat(node.haltOver("resources/file:///x")).isPresent();
        for (int i = node.halts().size(); i < RunningNode.MAX_HALTS; i++) {
            node.halt("tools/t" + i, "x");
        }
        assertThatThrownBy(() -> node.halt("tools/more", "x"))
                .hasMessageContaining("at most 100 halts");
        assertThatThrownBy(() -> node.save("x".repeat(RunningNode.MAX_SAVED + 1)))
                .hasMessageContaining("at most 1048576");
    }

    @Test
    void whatAPluginSavesIsThereForItsNextRun() {
        assertThat(node.saved()).isEmpty();
        assertThat(node.save("x".repeat(RunningNode.MAX_SAVED))).isTrue();
        assertThat(node.save("y")).isTrue();
        assertThat(node.saved()).contains("y");
    }

    @Test
    void itIsAsShortAsTheTestSays() {
        assertThat(node.level()).isEqualTo(ResourceLevel.NORMAL);
        node.becomes(ResourceLevel.DEGRADED);
        assertThat(node.level()).isEqualTo(ResourceLevel.DEGRADED);
    }

    @Test
    void aProviderThatNeedsNoNodeIsStartedAllTheSame() {
        List<Catalogs> told = new ArrayList<>();
        ToolProvider provider =
                new ToolProvider() {
                    @Override
                    public List<Feature> features() {
                        return List.of();
                    }

                    @Override
                    public void started(Catalogs catalogs) {
                        told.add(catalogs);
                    }
                };
        Catalogs catalogs =
                new Catalogs(
                        new io.erlmcp.feature.ToolCatalog(),
                        new io.erlmcp.feature.PromptCatalog(),
                        new io.erlmcp.feature.ResourceCatalog(),
                        uri -> {});

        provider.started(catalogs, node);

        assertThat(told).containsExactly(catalogs);
    }
}
