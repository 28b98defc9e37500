package io.erlmcp.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.testing.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Requirement({"proto.resources", "proto.roots-logging"})
class RosterTest {
    private final Roster<String> roster =
            new Roster<>("thing", CatalogConfig.DEFAULTS.withPageSize(3).withMaxEntries(10));

    @Test
    void pagesFollowTheOrderOfAddition() {
        add("z", "a", "m", "b");

        Roster.Part<String> first = roster.page(null);
        Roster.Part<String> second = roster.page(first.nextCursor());

        assertThat(first.values()).containsExactly("z", "a", "m");
        assertThat(second.values()).containsExactly("b");
        assertThat(second.nextCursor()).isNull();
    }

    @Test
    void aPageThatEndsExactlyAtTheEndIsTheLast() {
        add("a", "b", "c");

        assertThat(roster.page(null).nextCursor()).isNull();
        assertThat(new Roster<String>("thing", CatalogConfig.DEFAULTS).page(null).values())
                .isEmpty();
    }

    @Test
    void whatIsWithheldIsLeftOutOfPagesButFound() {
        add("a", "b", "c", "d", "e");
        long version = roster.version();

        roster.withhold(key -> key.equals("a") || key.equals("d"));

        Roster.Part<String> first = roster.page(null);
        assertThat(first.values()).containsExactly("b", "c", "e");
        assertThat(first.nextCursor()).isNull();
        assertThat(roster.find("a")).contains("a");
        assertThat(roster.version()).isGreaterThan(version);
        add("f", "g");
        assertThat(roster.page(roster.page(null).nextCursor()).values()).containsExactly("f", "g");
        roster.withhold(key -> false);
        assertThat(roster.page(null).values()).containsExactly("a", "b", "c");
    }

    @Test
    void removalsBetweenPagesSkipNoSurvivor() {
        add("a", "b", "c", "d", "e");
        String cursor = roster.page(null).nextCursor();

        roster.remove("a");
        roster.remove("c");
        roster.remove("d");

        assertThat(roster.page(cursor).values()).containsExactly("e");
    }

    @Test
    void additionsAndReplacementsBetweenPagesRepeatNothing() {
        add("a", "b", "c", "d");
        String cursor = roster.page(null).nextCursor();

        roster.remove("a");
        add("a", "e");
        roster.replace("b", "B");

        assertThat(roster.page(cursor).values()).containsExactly("d", "a", "e");
        assertThat(roster.all()).containsExactly("B", "c", "d", "a", "e");
    }

    @Test
    void aCursorBehindWhatIsLeftGivesAnEmptyLastPage() {
        add("a", "b", "c", "d");
        String cursor = roster.page(null).nextCursor();

        roster.remove("d");

        assertThat(roster.page(cursor)).isEqualTo(new Roster.Part<>(List.of(), null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "x",
                "%%%",
                "dGhpbmc6",
                "dGhpbmc6MA",
                "dGhpbmc6OTk",
                "dGhpbmc6LTE",
                "dGhpbmc6MQ=="
            })
    void aCursorThatIsNotOursIsRefusedByName(String cursor) {
        add("a", "b", "c", "d");

        assertThatThrownBy(() -> roster.page(cursor))
                .isInstanceOfSatisfying(
                        McpException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMS))
                .hasMessage("Invalid cursor: \"" + cursor + '"');
    }

    @Test
    void aCursorOfAnotherListIsRefused() {
        Roster<String> other = new Roster<>("other", CatalogConfig.DEFAULTS.withPageSize(1));
        other.add("a", "a");
        other.add("b", "b");
        add("a", "b");

        assertThatThrownBy(() -> roster.page(other.page(null).nextCursor()))
                .isInstanceOf(McpException.class);
    }

    @Test
    void aLongCursorIsNotRepeatedWhole() {
        assertThatThrownBy(() -> roster.page("A".repeat(100_000)))
                .isInstanceOf(McpException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(100));
    }

    @Test
    void aNameThatIsTakenIsRefusedByName() {
        add("a");

        assertThatThrownBy(() -> roster.add("a", "again"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is already a thing named a");
        assertThatThrownBy(() -> roster.replace("b", "b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("b");
        assertThat(roster.remove("b")).isFalse();
        assertThat(roster.version()).isEqualTo(1);
    }

    @Test
    void theLimitIsReachedAndNotPassed() {
        IntStream.range(0, 10).forEach(i -> add("t" + i));

        assertThatThrownBy(() -> add("t10"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("cannot add thing t10: the limit is 10");
        roster.remove("t0");
        add("t10");
        assertThat(roster.size()).isEqualTo(10);
    }

    @Test
    void tenThousandEntriesFitByDefault() {
        Roster<Integer> large = new Roster<>("thing", CatalogConfig.DEFAULTS);
        IntStream.range(0, 10_000).forEach(i -> large.add("t" + i, i));

        assertThatThrownBy(() -> large.add("one more", 0)).hasMessageContaining("10000");
        assertThat(large.page(null).values()).hasSize(1_000);
    }

    @Test
    void whoPagesWhileOthersChangeSeesEverySurvivorOnce() throws Exception {
        Roster<String> busy =
                new Roster<>("thing", CatalogConfig.DEFAULTS.withPageSize(7).withMaxEntries(1_000));
        for (int i = 0; i < 100; i++) {
            busy.add("stays" + i, "stays" + i);
            busy.add("goes" + i, "goes" + i);
        }
        CountDownLatch started = new CountDownLatch(1);
        Thread changer =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    Random random = new Random(7);
                                    started.countDown();
                                    while (!Thread.currentThread().isInterrupted()) {
                                        String key = "goes" + random.nextInt(100);
                                        if (!busy.remove(key)) {
                                            busy.add(key, key);
                                        }
                                    }
                                });
        started.await();
        for (int round = 0; round < 200; round++) {
            List<String> seen = new ArrayList<>();
            String cursor = null;
            do {
                Roster.Part<String> part = busy.page(cursor);
                seen.addAll(part.values());
                cursor = part.nextCursor();
            } while (cursor != null && seen.size() < 2_000);
            assertThat(seen.stream().filter(it -> it.startsWith("stays")))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 100).mapToObj(i -> "stays" + i).toList());
        }
        changer.interrupt();
        changer.join();
    }

    @Test
    void additionsFromManyThreadsAreAllThere() throws Exception {
        Roster<Integer> busy = new Roster<>("thing", CatalogConfig.DEFAULTS);
        List<Thread> threads =
                IntStream.range(0, 8)
                        .mapToObj(
                                t ->
                                        Thread.ofVirtual()
                                                .start(
                                                        () ->
                                                                IntStream.range(0, 100)
                                                                        .forEach(
                                                                                i ->
                                                                                        busy.add(
                                                                                                t
                                                                                                        + "-"
                                                                                                        + i,
                                                                                                i))))
                        .toList();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(busy.size()).isEqualTo(800);
        assertThat(busy.version()).isEqualTo(800);
    }

    private void add(String... names) {
        for (String name : names) {
            roster.add(name, name);
        }
    }
}
