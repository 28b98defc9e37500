package io.erlmcp.andon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Requirement("tcps.receipts")
class ReceiptLogTest {
    private static final AndonLimits.ReceiptBounds BOUNDS = AndonLimits.DEFAULTS.receipts();

    @TempDir Path folder;

    private final ManualTime time = new ManualTime();
    private final List<AndonEvent> events = new ArrayList<>();

    private ReceiptLog open(AndonLimits.ReceiptBounds bounds, Disk disk) throws IOException {
        return ReceiptLog.open(folder, bounds, disk, time, it -> events.add((AndonEvent) it));
    }

    private ReceiptLog written(int count) throws IOException {
        ReceiptLog log = open(BOUNDS, Disk.REAL);
        for (int i = 1; i <= count; i++) {
            log.write("me", "test.action", ComponentId.NODE, JsonObject.of("i", i));
        }
        return log;
    }

    private ReceiptCheck.Found check() throws IOException {
        return ReceiptCheck.check(folder);
    }

    private Path first() {
        return ReceiptFiles.path(folder, 1);
    }

    @Test
    void eachReceiptHasTheHashOfTheOneBefore() throws IOException {
        written(3);

        List<Receipt> all = new ArrayList<>();
        ReceiptCheck.Found found = ReceiptCheck.check(folder, all::add);

        assertThat(found.isWhole()).isTrue();
        assertThat(found.last()).isEqualTo(3);
        assertThat(all.get(0).previous()).isEqualTo(Receipt.GENESIS);
        assertThat(all.get(1).previous()).isEqualTo(all.get(0).hash());
        assertThat(found.lastHash()).isEqualTo(all.get(2).hash());
    }

    @Test
    void anotherProcessGoesOnWithTheChain() throws IOException {
        written(2);
        open(BOUNDS, Disk.REAL).write("me", "test.action", ComponentId.NODE, JsonObject.EMPTY);

        assertThat(check().isWhole()).isTrue();
        assertThat(check().receipts()).isEqualTo(3);
    }

    @Test
    void aChangedReceiptIsFound() throws IOException {
        written(3);
        String all = Files.readString(first());
        Files.writeString(first(), all.replace("\"i\":2", "\"i\":7"));

        assertThat(check().problems().getFirst()).contains("line 2", "its hash does not fit");
    }

    @Test
    void aReceiptThatWasForgedWithItsHashIsFoundByTheNext() throws IOException {
        written(3);
        List<String> lines = new ArrayList<>(Files.readAllLines(first()));
        Receipt second = Receipt.read(lines.get(1));
        lines.set(
                1,
                Receipt.after(
                                1,
                                second.previous(),
                                new Receipt.Draft(
                                        second.at(),
                                        "somebody else",
                                        second.action(),
                                        second.component(),
                                        second.details()))
                        .line());
        Files.write(first(), lines);

        assertThat(check().problems())
                .singleElement()
                .asString()
                .contains("line 3", "does not follow");
    }

    @Test
    void aReceiptThatWasTakenOutIsFound() throws IOException {
        written(3);
        List<String> lines = new ArrayList<>(Files.readAllLines(first()));
        lines.remove(1);
        Files.write(first(), lines);

        assertThat(check().isWhole()).isFalse();
        assertThat(check().problems().getFirst()).contains("has number 3 after 1");
    }

    @Test
    void aChainThatWasCutShortIsFoundByItsHeadAndGoesOnWithAGap() throws IOException {
        written(3);
        List<String> lines = Files.readAllLines(first());
        Files.write(first(), lines.subList(0, 2));

        assertThat(check().problems())
                .singleElement()
                .asString()
                .contains("receipt 3 was written and is not there");
        events.clear();
        open(BOUNDS, Disk.REAL).write("me", "test.action", ComponentId.NODE, JsonObject.EMPTY);
        assertThat(events).anyMatch(AndonEvent.Unreadable.class::isInstance);
        assertThat(check().problems()).anyMatch(it -> it.contains("has number 4 after 2"));
    }

    @Test
    void filesThatWereTakenAwayAreFound() throws IOException {
        written(3);
        Files.delete(first());

        assertThat(check().isWhole()).isFalse();
        open(BOUNDS, Disk.REAL);
        assertThat(check().isWhole()).isFalse();
    }

    @Test
    void aHeadThatWasTakenAwayIsFound() throws IOException {
        written(3);
        Files.delete(ReceiptFiles.head(folder));

        assertThat(check().problems()).singleElement().asString().contains("is missing");
        open(BOUNDS, Disk.REAL);
        List<String> actions = new ArrayList<>();
        ReceiptCheck.check(folder, it -> actions.add(it.action()));
        assertThat(actions).contains("receipts.damaged");
    }

    @Test
    void everyFlippedByteIsFound() throws IOException {
        written(2);
        byte[] whole = Files.readAllBytes(first());
        for (int i = 0; i < whole.length; i++) {
            byte[] flipped = whole.clone();
            flipped[i] ^= 1;
            Files.write(first(), flipped);
            assertThat(check().isWhole()).as("byte " + i).isFalse();
        }
    }

    @Test
    @Requirement("security.operations")
    void filesAreBoundedAndTheChainThatIsLeftIsWhole() throws IOException {
        AndonLimits.ReceiptBounds small = new AndonLimits.ReceiptBounds(1024, 3);
        ReceiptLog log = open(small, Disk.REAL);
        for (int i = 0; i < 50; i++) {
            log.write("me", "test.action", ComponentId.NODE, JsonObject.of("i", i));
        }

        assertThat(ReceiptFiles.list(folder)).hasSizeLessThanOrEqualTo(4);
        ReceiptCheck.Found found = check();
        assertThat(found.problems()).isEmpty();
        assertThat(found.first()).isGreaterThan(1);
        assertThat(found.last()).isEqualTo(50);
        open(small, Disk.REAL).write("me", "test.action", ComponentId.NODE, JsonObject.EMPTY);
        assertThat(check().problems()).isEmpty();
    }

    @Test
    void afterEveryFailureOfTheDiskTheChainGoesOn() throws IOException {
        AndonLimits.ReceiptBounds small = new AndonLimits.ReceiptBounds(1024, 3);
        FaultyDisk disk = FaultyDisk.working();
        ReceiptLog log = open(small, disk);
        for (int i = 0; i < 40; i++) {
            if (i % 4 == 3) {
                disk.failFromNowOn();
                assertThatThrownBy(
                                () ->
                                        log.write(
                                                "me",
                                                "test.action",
                                                ComponentId.NODE,
                                                JsonObject.EMPTY))
                        .isInstanceOf(IOException.class);
                disk.workAgain();
            }
            log.write("me", "test.action", ComponentId.NODE, JsonObject.of("i", i));
        }

        assertThat(check().problems()).isEmpty();
        assertThat(check().last()).isEqualTo(40);
    }

    @Test
    void theNewestOfAnActionThatEarlierRunsLeftAreReadBackOverFilesTheOldestFirst()
            throws IOException {
        AndonLimits.ReceiptBounds small = new AndonLimits.ReceiptBounds(1_024, 16);
        ReceiptLog before = open(small, Disk.REAL);
        for (int i = 1; i <= 30; i++) {
            before.write(
                    "me", i % 2 == 0 ? "even" : "odd", ComponentId.NODE, JsonObject.of("i", i));
        }
        assertThat(ReceiptFiles.list(folder)).hasSizeGreaterThan(3);
        ReceiptLog now = open(small, Disk.REAL);
        now.write("me", "even", ComponentId.NODE, JsonObject.of("i", 32));

        assertThat(now.earlier(Set.of("even"), 12))
                .extracting(it -> it.details().requireInteger("i"))
                .containsExactly(8L, 10L, 12L, 14L, 16L, 18L, 20L, 22L, 24L, 26L, 28L, 30L);
        assertThat(now.earlier(Set.of("even"), 100)).hasSize(15);
        assertThat(now.earlier(Set.of("none"), 100)).isEmpty();
        assertThat(before.earlier(Set.of("even"), 100)).as("all are its own").isEmpty();
        assertThat(ReceiptLog.keepingNothing(time, Observer.NONE).earlier(Set.of("even"), 9))
                .isEmpty();
    }
}
