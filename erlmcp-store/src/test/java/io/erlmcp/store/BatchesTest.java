package io.erlmcp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.JsonNumber;
import io.erlmcp.protocol.McpException;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.session.EventLog;
import io.erlmcp.session.SessionLimits;
import io.erlmcp.session.SessionStore;
import io.erlmcp.testing.Requirement;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches that fail, that come late, and that would be too long. */
@Requirement("session.dets")
class BatchesTest {
    private static final int EVENTS = SessionLimits.DEFAULTS.events().maxEvents();

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path folder;
    private final List<Integer> batches = new CopyOnWriteArrayList<>();
    private final List<Thread> callers = new ArrayList<>();
    private final List<McpException> refusals = new CopyOnWriteArrayList<>();
    private final CountDownLatch go = new CountDownLatch(1);
    private DiskStore store;

    private void open(int maxValues, Duration patience) throws Exception {
        StoreConfig usual = StoreConfig.in(folder);
        store =
                DiskStore.open(
                        new StoreConfig(
                                folder,
                                usual.events(),
                                maxValues,
                                usual.maxWaiting(),
                                patience,
                                Duration.ofMillis(1)),
                        Time.system(),
                        event -> {
                            if (event instanceof StoreEvent.Synced synced) {
                                batches.add(synced.changes());
                            }
                        });
    }

    @AfterEach
    void close() {
        go.countDown();
        store.close();
    }

    private DiskEventLogs logs() {
        return (DiskEventLogs) store.events();
    }

    /** Lets whatever is changed from now on wait for {@link #go}, and be in one batch then. */
    private void hold() throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        Threads.startVirtual(
                "holds",
                () ->
                        caught(
                                () ->
                                        logs().committer()
                                                .commit(
                                                        batch -> {
                                                            held.countDown();
                                                            pause(go);
                                                            return true;
                                                        })));
        held.await();
    }

    private static void pause(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void caught(Runnable change) {
        try {
            change.run();
        } catch (McpException refusal) {
            refusals.add(refusal);
        }
    }

    /** Returns when the change waits for the committer. */
    private void wait(Runnable change) {
        callers.add(Threads.startVirtual("changes", () -> caught(change)));
        await().atMost(PATIENCE).until(() -> logs().committer().waiting() == callers.size());
    }

    private void goOn() throws InterruptedException {
        go.countDown();
        join();
    }

    private void join() throws InterruptedException {
        for (Thread caller : callers) {
            caller.join();
        }
    }

    /** For callers who do not wait for long; on a slow machine that may be too short. */
    private static <T> T patiently(Callable<T> read) {
        return await().atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(McpException.class)
                .until(read, it -> it != null);
    }

    private void awaitWrites() {
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> logs().committer().commit(batch -> true), isTrue -> isTrue);
    }

    @Test
    @Requirement("R04")
    void whatABatchThatFailedWouldHaveAddedDoesNotCount() throws Exception {
        open(2, Duration.ofSeconds(30));
        store.values().put("old", JsonNumber.of(1));
        store.sessions().create(Records.session("old", "ann", 1));
        hold();
        wait(() -> store.values().put("a", JsonNumber.of(1)));
        wait(() -> store.sessions().create(Records.session("a", "ann", 1)));
        wait(() -> store.sessions().create(Records.session("b", "ann", 1)));
        wait(() -> store.sessions().delete("old"));
        wait(
                () ->
                        logs().committer()
                                .commit(
                                        batch -> {
                                            logs().engine().shut();
                                            return true;
                                        }));
        goOn();
        assertThat(refusals).hasSize(5);
        awaitWrites();
        assertThat(store.sessions().size()).isEqualTo(1);
        assertThat(store.sessions().listByAge(null, 10))
                .extracting(SessionStore.Place::id)
                .containsExactly("old");
        assertThat(store.values().keys(null, 10)).containsExactly("old");
        store.values().put("b", JsonNumber.of(1));
        assertThatThrownBy(() -> store.values().put("c", JsonNumber.of(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 2 entries");
    }

    @Test
    void sessionsThatAreStoredAfterTheirCallerLeftCount() throws Exception {
        open(2, Duration.ofSeconds(30));
        store.sessions().create(Records.session("old", "ann", 1));
        store.close();
        open(2, Duration.ofSeconds(1));
        hold();
        wait(() -> store.sessions().create(Records.session("a", "ann", 1)));
        wait(() -> store.sessions().create(Records.session("b", "ann", 1)));
        wait(() -> store.sessions().delete("old"));
        join();
        assertThat(refusals)
                .hasSizeGreaterThanOrEqualTo(3)
                .allMatch(it -> String.valueOf(it.getMessage()).contains("did not answer within"));
        go.countDown();
        awaitWrites();
        assertThat(patiently(() -> store.sessions().listByAge(null, 10)))
                .extracting(SessionStore.Place::id)
                .containsExactly("a", "b");
        assertThat(store.sessions().size()).isEqualTo(2);
    }

    @Test
    @Requirement("R28")
    void manySessionsWithManyEventsAreForgottenInBatchesOfABoundedLength() throws Exception {
        open(2, Duration.ofSeconds(30));
        List<String> ids = fill(40);
        batches.clear();
        store.sessions().deleteAll(ids.subList(0, 20));
        hold();
        ids.subList(20, 40).forEach(id -> wait(() -> store.sessions().delete(id)));
        goOn();
        assertThat(refusals).isEmpty();
        assertThat(batches).isNotEmpty();
        assertThat(batches)
                .allMatch(changes -> changes <= Committer.MAX_CHANGES + EVENTS + 3, "bounded");
        assertThat(batches.stream().mapToInt(it -> it).sum()).isEqualTo(40 * (EVENTS + 3));
        assertThat(store.sessions().size()).isZero();
        store.close();
        StoreCheck.Found found = StoreCheck.check(folder);
        assertThat(found.events()).isZero();
        assertThat(found.problems()).isEmpty();
        open(2, Duration.ofSeconds(30));
    }

    private List<String> fill(int sessions) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            String id = "session-" + i;
            ids.add(id);
            store.sessions().create(Records.session(id, "ann", i));
            EventLog log = store.events().create(id);
            for (int event = 0; event < EVENTS; event++) {
                log.append("g", new byte[] {1});
            }
        }
        return ids;
    }
}
