package io.erlmcp.andon;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.andon.AndonStep.Outcome;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The halt state after crashes and damage. */
class AndonCrashTest {
    private static final ComponentId ECHO = Components.tool("echo");

    @TempDir Path data;

    private final ManualTime time = new ManualTime();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();

    private Andon open() {
        return open(Disk.REAL);
    }

    private Andon open(Disk disk) {
        return Andon.open(data, AndonLimits.DEFAULTS, disk, time, events::add);
    }

    private static Andon.Result halt(Andon andon, ComponentId component) {
        return andon.halt(component, HaltState.HALTED_MANUAL, Category.MANUAL, "repair", "me");
    }

    private static Andon.Result resume(Andon andon, ComponentId component) {
        return andon.resume(component, new Analysis("a", "b", "c"), false, "me");
    }

    private Path halts() {
        return data.resolve("andon/halts.json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not json",
                "{\"schema\":1,\"sha256\":\"00\"}\n{}\n",
                "{\"schema\":99,\"sha256\":\"00\"}\n{}\n"
            })
    @Requirement({"andon.halt-atomic", "R22"})
    void aFileThatCannotBeReadMeansHalted(String content) throws IOException {
        halt(open(), ECHO);
        Files.writeString(halts(), content);

        Andon andon = open();

        assertThat(andon.isHalted(ComponentId.NODE)).isTrue();
        assertThat(andon.state(ComponentId.NODE)).isEqualTo(HaltState.HALTED_FATAL);
        assertThat(andon.gate().check("tools/call", "other")).isNotNull();
        assertThat(andon.notReady()).contains("unreadable");
        assertThat(events).anyMatch(AndonEvent.Unreadable.class::isInstance);
        assertThat(open().isHalted(ComponentId.NODE)).as("and again").isTrue();
    }

    @Test
    @Requirement({"andon.halt-atomic", "R22"})
    void everyFlippedByteMeansHalted() throws IOException {
        halt(open(), ECHO);
        byte[] whole = Files.readAllBytes(halts());
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= 1;
            Files.write(halts(), flipped);

            assertThat(open().isHalted(ComponentId.NODE)).as("byte " + i).isTrue();
        }
    }

    @Test
    @Requirement({"andon.halt-atomic", "R22"})
    void aFileThatWasTakenAwayMeansHalted() throws IOException {
        halt(open(), ECHO);
        Files.delete(halts());

        assertThat(open().isHalted(ComponentId.NODE)).isTrue();
    }

    @Test
    void anOperatorResumesAfterDamageAndTheDamagedFileIsKeptAside() throws IOException {
        halt(open(), ECHO);
        Files.writeString(halts(), "damaged");
        Andon andon = open();

        assertThat(andon.resume(ComponentId.NODE, Analysis.NONE, false, "me").outcome())
                .isInstanceOf(Outcome.NeedsAnalysis.class);
        assertThat(resume(andon, ComponentId.NODE).outcome()).isInstanceOf(Outcome.Resumed.class);

        assertThat(open().isHalted(ComponentId.NODE)).isFalse();
        try (var all = Files.list(data.resolve("andon"))) {
            assertThat(all.map(it -> it.getFileName().toString()))
                    .anyMatch(it -> it.startsWith("halts.json.damaged-"));
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultyDisk.Fault.class,
            names = {"DIES_BEFORE", "DIES_HALFWAY", "DIES_AFTER"})
    @Requirement({"andon.halt-tests", "andon.phase1-integration", "R22"})
    void whereverTheProcessDiesWhatWasAcknowledgedHolds(FaultyDisk.Fault fault) throws IOException {
        Path all = data;
        boolean isOver = true;
        for (int steps = 0; isOver; steps++) {
            data = Files.createDirectory(all.resolve("step-" + steps));
            FaultyDisk disk = new FaultyDisk(steps, fault);
            List<String> acknowledged = script(disk);
            isOver = disk.isOver();
            Andon after = open();
            assertThat(after.isHalted(ComponentId.NODE)).as("step " + steps).isFalse();
            assertThat(after.isHalted(Components.tool("a")))
                    .as(fault + " at step " + steps + " after " + acknowledged)
                    .isEqualTo(isHalted("a", acknowledged, after));
            assertThat(after.isHalted(Components.tool("b")))
                    .as(fault + " at step " + steps + " after " + acknowledged)
                    .isEqualTo(isHalted("b", acknowledged, after));
            assertThat(ReceiptCheck.check(data.resolve("andon")).problems())
                    .as("step " + steps)
                    .isEmpty();
            assertThat(data.resolve("andon/halts.json.tmp")).doesNotExist();
            everyChangeHasItsReceipt(after);
        }
    }

    /** Halts and resumes until the disk's last step; says what was acknowledged. */
    private List<String> script(Disk disk) {
        List<String> acknowledged = new ArrayList<>();
        try {
            Andon andon = open(disk);
            halt(andon, Components.tool("a"));
            acknowledged.add("halt a");
            halt(andon, Components.tool("b"));
            acknowledged.add("halt b");
            resume(andon, Components.tool("a"));
            acknowledged.add("resume a");
        } catch (FaultyDisk.Died died) {
            acknowledged.add("died");
        }
        return acknowledged;
    }

    /** What must be; where an unfinished action decides, what is. */
    private static boolean isHalted(String tool, List<String> acknowledged, Andon andon) {
        String next =
                switch (acknowledged.size()) {
                    case 1 -> "a";
                    case 2 -> "b";
                    case 3 -> acknowledged.contains("died") ? "a" : "";
                    default -> "";
                };
        if (tool.equals(next)) {
            return andon.isHalted(Components.tool(tool));
        }
        return acknowledged.contains("halt " + tool) && !acknowledged.contains("resume " + tool);
    }

    private void everyChangeHasItsReceipt(Andon andon) throws IOException {
        List<Long> revisions = new ArrayList<>();
        ReceiptCheck.check(
                data.resolve("andon"),
                receipt ->
                        receipt.details().integer(ReceiptLog.REVISION).ifPresent(revisions::add));
        for (long revision = 1; revision <= andon.board().revision(); revision++) {
            assertThat(revisions).containsOnlyOnce(revision);
        }
    }
}
