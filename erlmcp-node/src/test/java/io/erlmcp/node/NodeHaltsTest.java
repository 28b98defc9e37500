package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.andon.Andon;
import io.erlmcp.andon.AndonLimits;
import io.erlmcp.andon.Category;
import io.erlmcp.andon.Components;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.resilience.Refusal;
import io.erlmcp.runtime.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeHaltsTest {
    private final Andon andon =
            Andon.keepingNothing(AndonLimits.DEFAULTS, Time.system(), event -> {});
    private final NodeHalts halts = new NodeHalts();

    @ParameterizedTest
    @ValueSource(strings = {"loop", "/a", "a/", "a//b", "for ecast", "wetter-ä"})
    void aToolIsHaltedWhateverItsNameIs(String tool) {
        halts.on(andon);

        halts.haltTool(tool, "does not come back");

        assertThat(andon.haltOver(Components.tool(tool)))
                .satisfies(it -> assertThat(it.category()).isEqualTo(Category.RUNAWAY));
        assertThat(andon.gate().check("tools/call", tool))
                .extracting(Refusal::component)
                .isEqualTo(Components.tool(tool));
        assertThat(andon.gate().check("tools/call", "other")).isNull();
    }

    @Test
    void theWholeNodeIsHaltedForItsResources() {
        halts.on(andon);

        halts.halt(ComponentId.NODE, "no memory");

        assertThat(andon.haltOver(ComponentId.NODE))
                .satisfies(it -> assertThat(it.category()).isEqualTo(Category.RESOURCES));
    }

    @Test
    void nothingIsHaltedBeforeThereIsABoard() {
        assertThatThrownBy(() -> halts.haltTool("loop", "x"))
                .isInstanceOf(IllegalStateException.class);
    }
}
