package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.runtime.Threads;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What operators see of sessions, while these come and go. */
@Requirement("session.manager")
class SessionDeskTest {
    private static final int MORE_THAN_A_PAGE = 1_500;

    private final CountingStore store = new CountingStore();

    @Test
    void aListTellsEachSessionOnceAlthoughTheLastOfEachPageEnds() throws Exception {
        for (int i = 0; i < MORE_THAN_A_PAGE; i++) {
            store.kept.create(Fixture.record("session-" + i));
        }
        store.losesWhatItTells = true;
        List<String> handles = handles(10 * MORE_THAN_A_PAGE);
        assertThat(handles).doesNotHaveDuplicates().hasSize(MORE_THAN_A_PAGE - 2);
    }

    private List<String> handles(int limit) throws InterruptedException {
        AtomicReference<List<String>> listed = new AtomicReference<>(List.of());
        try (McpServer server =
                new Fixture()
                        .builder()
                        .sessions(
                                store,
                                EventLogs.inMemory(Instant.now(), SessionLimits.DEFAULTS.events()))
                        .build()) {
            Threads.startVirtual(
                            "operator",
                            () ->
                                    listed.set(
                                            server.sessions().list(limit).stream()
                                                    .map(SessionDesk.Summary::handle)
                                                    .toList()))
                    .join();
        }
        return listed.get();
    }
}
