package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.andon.Andon;
import io.erlmcp.andon.AndonLimits;
import io.erlmcp.andon.Category;
import io.erlmcp.andon.Disk;
import io.erlmcp.andon.Halt;
import io.erlmcp.andon.HaltState;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Requirement("recovery.halt-after")
class TreeHaltsTest {
    private static final ComponentId A = ComponentId.of("a");

    @TempDir Path folder;

    @Test
    void whatFailedTooOftenIsHaltedForItsFailuresByTheNode() throws Exception {
        Andon andon = Andon.keepingNothing(AndonLimits.DEFAULTS, Time.system(), Observer.NONE);

        new TreeHalts(andon).halt(A, "why");

        Halt halt = andon.halts().getFirst();
        assertThat(halt.category()).isEqualTo(Category.FAILURES);
        assertThat(halt.state()).isEqualTo(HaltState.HALTED_FATAL);
        assertThat(halt.who()).isEqualTo(Andon.NODE_ITSELF);
        assertThat(halt.reason()).isEqualTo("why");
        new TreeHalts(andon).halt(A, "halted already: nothing to say");
    }

    @Test
    void aHaltThatTheBoardRefusesIsNoHalt() throws Exception {
        AndonLimits one = new AndonLimits(1, 1, 100, false, 20, AndonLimits.DEFAULTS.receipts());
        TreeHalts halts = new TreeHalts(Andon.keepingNothing(one, Time.system(), Observer.NONE));
        halts.halt(A, "why");

        assertThatThrownBy(() -> halts.halt(ComponentId.of("b"), "why"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the limit is 1");
        assertThatThrownBy(() -> halts.halt(ComponentId.of("b"), "x".repeat(101)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("at most 100");
    }

    @Test
    void aHaltThatTheDiskDoesNotTakeIsToldAsOneThatEndsWithTheNode() throws Exception {
        Andon andon =
                Andon.open(folder, AndonLimits.DEFAULTS, Disk.REAL, Time.system(), Observer.NONE);
        // a folder in the place of the file that is about to be renamed over it
        Path board = folder.resolve(Andon.FOLDER).resolve("halts.json");
        Files.delete(board);
        Files.createDirectories(board.resolve("in the way"));

        assertThatThrownBy(() -> new TreeHalts(andon).halt(A, "why"))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("it holds until this node ends: ");
        assertThat(andon.isHalted(A)).isTrue();
    }
}
