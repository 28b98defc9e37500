package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.andon.Analysis;
import io.erlmcp.andon.Andon;
import io.erlmcp.andon.AndonLimits;
import io.erlmcp.andon.Category;
import io.erlmcp.andon.Disk;
import io.erlmcp.andon.HaltState;
import io.erlmcp.andon.SavedStates;
import io.erlmcp.feature.RunningNode;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.ResourceLevel;
import io.erlmcp.runtime.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginNodeTest {
    private static final ComponentId PLUGIN = ComponentId.of("plugins", "a.B");
    private static final String ECHO = "tools/echo";

    @TempDir Path data;

    private ResourceLevel level = ResourceLevel.NORMAL;
    private boolean hasStopped;

    private Andon andon() {
        return Andon.open(data, AndonLimits.DEFAULTS, Disk.REAL, Time.system(), event -> {});
    }

    private RunningNode node(Andon andon, @Nullable SavedStates states) {
        return new PluginNode(
                PLUGIN,
                new PluginNode.Parts(
                        andon,
                        states,
                        component -> !component.path().contains("unknown"),
                        () -> level,
                        () -> hasStopped));
    }

    private RunningNode node() throws IOException {
        SavedStates states =
                SavedStates.in(data, SavedStates.STALE, Disk.REAL, Time.system(), event -> {});
        return node(andon(), states);
    }

    @Test
    void itsHaltIsKeptAndSignedAndAsksForAnAnalysis() throws IOException {
        node().halt(ECHO, "it lies");

        assertThat(andon().halts())
                .singleElement()
                .satisfies(
                        halt -> {
                            assertThat(halt.component().path()).isEqualTo(ECHO);
                            assertThat(halt.state()).isEqualTo(HaltState.HALTED_FATAL);
                            assertThat(halt.category()).isEqualTo(Category.INCIDENT);
                            assertThat(halt.reason()).isEqualTo("it lies");
                            assertThat(halt.who()).isEqualTo("plugins/a.B");
                        });
    }

    @Test
    void itSeesHaltsAboveAComponentAndAllThereAre() throws IOException {
        RunningNode node = node();
        node.halt("tools", "all of them");

        assertThat(node.haltOver(ECHO))
                .hasValueSatisfying(
                        it -> {
                            assertThat(it.component()).isEqualTo(ComponentId.of("tools"));
                            assertThat(it.isFatal()).isTrue();
                            assertThat(it.who()).isEqualTo("plugins/a.B");
                        });
        assertThat(node.haltOver("prompts/x")).isEmpty();
        assertThat(node.halts()).hasSize(1);
    }

    @Test
    void aReasonHasALimitAndMustBeThere() throws IOException {
        RunningNode node = node();
        int most = 1_000;

        assertThatThrownBy(() -> node.halt(ECHO, " "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a halt of tools/echo needs a reason");
        assertThatThrownBy(() -> node.halt(ECHO, "x".repeat(most + 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1001 characters, at most 1000");
        assertThat(node.halts()).isEmpty();
        node.halt(ECHO, "x".repeat(most));
        assertThat(node.halts()).hasSize(1);
    }

    @Test
    void aNameThatNoPathMayHaveIsHaltedAsClientsKnowIt() throws IOException {
        Andon andon = andon();
        RunningNode node = node(andon, null);

        node.halt("resources/file:///etc/hosts", "not to be read");

        assertThat(node.haltOver("resources/file:///etc/hosts")).isPresent();
        assertThat(andon.gate().check("resources/read", "file:///etc/hosts")).isNotNull();
        assertThat(andon.gate().check("resources/read", "file:///etc/passwd")).isNull();
    }

    @Test
    void whatIsNotThereAndWhatOperatorsNeedIsNotHalted() throws IOException {
        RunningNode node = node();
        for (String component : List.of("tools/unknown", "listeners", "listeners/admin", "", "/")) {
            assertThatThrownBy(() -> node.halt(component, "x"))
                    .as(component)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(node.halts()).isEmpty();
    }

    @Test
    void onePluginCannotFillTheBoard() throws IOException {
        Andon andon = andon();
        RunningNode node = node(andon, null);
        for (int i = 0; i < RunningNode.MAX_HALTS; i++) {
            node.halt("tools/t" + i, "x");
        }

        assertThatThrownBy(() -> node.halt(ECHO, "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("100 halts of plugins/a.B hold, at most 100 may");
        andon.resume(
                ComponentId.of("tools", "t0"), new Analysis("c", "f", "p"), false, "an operator");
        node.halt(ECHO, "x");
        assertThat(node.haltOver(ECHO)).isPresent();
    }

    @Test
    void anInterruptedThreadHaltsAndSavesAsWell() throws IOException {
        RunningNode node = node();
        Thread.currentThread().interrupt();

        node.halt(ECHO, "seen on the way out");
        assertThat(node.save("x")).isTrue();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(andon().halts()).hasSize(1);
        assertThat(node().saved()).contains("x");
    }

    @Test
    void nothingIsWrittenOnceTheNodeHasStopped() throws IOException {
        RunningNode node = node();
        hasStopped = true;

        assertThatThrownBy(() -> node.halt(ECHO, "x")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> node.save("x")).isInstanceOf(IllegalStateException.class);
        assertThat(andon().halts()).isEmpty();
    }

    @Test
    void aHaltThatTheDiskDidNotTakeHoldsAndIsSaid() throws IOException {
        RunningNode node = node();
        Path folder = data.resolve(Andon.FOLDER);
        Files.move(folder, data.resolve("away"));
        Files.writeString(folder, "no folder");

        assertThatThrownBy(() -> node.halt(ECHO, "it lies"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("tools/echo is halted, but:");
        assertThat(node.haltOver(ECHO)).isPresent();
    }

    @Test
    void whatItSavesIsThereInTheNextRunAndHasALimit() throws IOException {
        RunningNode node = node();
        String most = "x".repeat(RunningNode.MAX_SAVED);

        assertThat(node.saved()).isEmpty();
        assertThat(node.save(most)).isTrue();
        assertThat(node().saved()).contains(most);
        assertThatThrownBy(() -> node.save(most + "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("plugins/a.B saves 1048577 characters, at most 1048576");
        assertThatThrownBy(() -> node.save("\ud83d"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("half a surrogate pair");
        assertThat(node.saved()).contains(most);
        assertThat(node.save("")).isTrue();
        assertThat(node().saved()).contains("");
    }

    @Test
    void aNodeThatKeepsNothingSaysSo() throws IOException {
        RunningNode node =
                node(Andon.keepingNothing(AndonLimits.DEFAULTS, Time.system(), event -> {}), null);

        assertThat(node.save("x")).isFalse();
        assertThat(node.saved()).isEmpty();
        node.halt(ECHO, "holds until the node ends");
        assertThat(node.haltOver(ECHO)).isPresent();
    }

    @Test
    void itSeesHowShortTheNodeIs() throws IOException {
        RunningNode node = node();
        level = ResourceLevel.DEGRADED;

        assertThat(node.level()).isEqualTo(ResourceLevel.DEGRADED);
    }
}
