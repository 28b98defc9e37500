package io.erlmcp.andon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.andon.ComponentState.PendingRequest;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Requirement({"andon.persist", "andon.persist-api", "andon.persist-tests"})
class SavedStatesTest {
    private static final ComponentId COMPONENT = ComponentId.of("upstreams", "github");

    @TempDir Path data;

    private final ManualTime time = new ManualTime();
    private final List<AndonEvent> events = new ArrayList<>();

    private SavedStates states(Disk disk) throws IOException {
        return SavedStates.in(
                data, SavedStates.STALE, disk, time, it -> events.add((AndonEvent) it));
    }

    private SavedStates states() throws IOException {
        return states(Disk.REAL);
    }

    private ComponentState state(String session) {
        return new ComponentState(
                COMPONENT,
                time.now(),
                List.of(session),
                List.of("file:///a"),
                List.of(
                        new PendingRequest("1", true, "{\"id\":1}"),
                        new PendingRequest("2", false, "{\"id\":2}")));
    }

    private Path file() {
        return data.resolve("state/upstreams~github.json");
    }

    @Test
    @Requirement("andon.persist-format")
    void whatWasSavedIsLoaded() throws IOException {
        states().save(state("s"));

        assertThat(states().load(COMPONENT)).contains(state("s"));
        assertThat(states().list()).containsExactly(COMPONENT);
        assertThat(Files.readString(file())).contains("\"sha256\":\"");
        assertThat(Files.getPosixFilePermissions(file())).hasSize(2);
    }

    @Test
    void onlyWhatNeverStartedMayRunAgain() throws IOException {
        states().save(state("s"));

        ComponentState loaded = states().load(COMPONENT).orElseThrow();

        assertThat(loaded.repeatable()).extracting(PendingRequest::id).containsExactly("2");
        assertThat(loaded.interrupted()).extracting(PendingRequest::id).containsExactly("1");
    }

    @Test
    void whatIsTakenIsGoneBeforeItIsUsed() throws IOException {
        states().save(state("s"));

        assertThat(states().take(COMPONENT)).isPresent();
        assertThat(states().take(COMPONENT)).isEmpty();
    }

    @Test
    void aFileThatIsNotWhatWasWrittenIsRejectedAndMovedAside() throws IOException {
        states().save(state("s"));
        byte[] whole = Files.readAllBytes(file());
        whole[whole.length / 2] ^= 1;
        Files.write(file(), whole);

        assertThatThrownBy(() -> states().load(COMPONENT))
                .isInstanceOf(SavedStates.Rejected.class)
                .hasMessageContaining("upstreams/github");
        assertThat(events).anyMatch(AndonEvent.Unreadable.class::isInstance);
        assertThat(states().load(COMPONENT)).isEmpty();
        assertThat(file()).doesNotExist();
    }

    @Test
    @Requirement("andon.persist-cleanup")
    void whatIsSevenDaysOldIsLoadedAndWhatIsOlderIsRemoved() throws IOException {
        states().save(state("s"));
        time.pass(Duration.ofDays(7));
        assertThat(states().cleanUp()).isZero();
        assertThat(states().load(COMPONENT)).isPresent();

        time.pass(Duration.ofNanos(1));
        assertThat(states().load(COMPONENT)).isEmpty();

        assertThat(file()).doesNotExist();
        assertThat(events).anyMatch(AndonEvent.StateExpired.class::isInstance);
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultyDisk.Fault.class,
            names = {"DIES_BEFORE", "DIES_HALFWAY", "DIES_AFTER"})
    @Requirement("andon.phase1-integration")
    void whereverTheProcessDiesTheOldOrTheNewStateIsThere(FaultyDisk.Fault fault)
            throws IOException {
        boolean isOver = true;
        for (int steps = 0; isOver; steps++) {
            states().save(state("old"));
            FaultyDisk disk = new FaultyDisk(steps, fault);
            boolean isAcknowledged = false;
            try {
                states(disk).save(state("new"));
                isAcknowledged = true;
            } catch (FaultyDisk.Died died) {
                assertThat(disk.isOver()).isTrue();
            }
            isOver = disk.isOver();

            assertThat(states().load(COMPONENT).orElseThrow().sessions())
                    .isIn(isAcknowledged ? List.of(List.of("new")) : either());
            try (Stream<Path> all = Files.list(data.resolve("state"))) {
                assertThat(all).containsExactly(file());
            }
        }
    }

    private static List<List<String>> either() {
        return List.of(List.of("old"), List.of("new"));
    }

    @Test
    void savesAtTheSameTimeLeaveOneOfThemWhole() throws Exception {
        SavedStates states = states();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ComponentState mine = state("s" + i);
            threads.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            states.save(mine);
                                        } catch (IOException e) {
                                            throw new AssertionError(e);
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(states().load(COMPONENT).orElseThrow().sessions().getFirst()).startsWith("s");
    }

    @Test
    void pendingRequestsAreSavedOneByOne() throws IOException {
        SavedStates states = states();
        states.savePending(COMPONENT, new PendingRequest("1", false, "a"));
        states.savePending(COMPONENT, new PendingRequest("2", false, "b"));
        states.savePending(COMPONENT, new PendingRequest("1", true, "a"));

        assertThat(states.pending(COMPONENT))
                .extracting(PendingRequest::id)
                .containsExactly("2", "1");
        assertThat(states.pending(COMPONENT, "1").orElseThrow().isStarted()).isTrue();
        assertThat(states.deletePending(COMPONENT, "1")).isTrue();
        assertThat(states.deletePending(COMPONENT, "1")).isFalse();
        assertThat(states.delete(COMPONENT)).isTrue();
        assertThat(states.delete(COMPONENT)).isFalse();
        assertThat(states.list()).isEmpty();
    }

    @Test
    @Requirement("security.operations")
    void pendingRequestsAreBounded() {
        List<PendingRequest> most = new ArrayList<>();
        for (int i = 0; i <= SavedStates.MAX_PENDING; i++) {
            most.add(new PendingRequest("" + i, false, ""));
        }
        ComponentState past = new ComponentState(COMPONENT, time.now(), List.of(), List.of(), most);
        ComponentState limit =
                new ComponentState(
                        COMPONENT,
                        time.now(),
                        List.of(),
                        List.of(),
                        most.subList(0, SavedStates.MAX_PENDING));

        assertThatThrownBy(() -> states().save(past)).hasMessageContaining("10001");
        org.assertj.core.api.Assertions.assertThatCode(() -> states().save(limit))
                .doesNotThrowAnyException();
    }
}
