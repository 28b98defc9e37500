package io.erlmcp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.JsonNumber;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Revision;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.session.MemorySessionStore;
import io.erlmcp.session.SessionRecord;
import io.erlmcp.session.SessionStore;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store of sessions does, the one in memory and the one on the disk. */
@Requirement("session.backend-api")
class SessionStoresTest {
    @RegisterExtension final SideThreads threads = new SideThreads();

    @TempDir Path folder;
    private final List<DiskStore> open = new ArrayList<>();
    private final AtomicInteger syncs = new AtomicInteger();

    private SessionStore store(String kind) throws Exception {
        return kind.equals("memory") ? new MemorySessionStore() : disk().sessions();
    }

    private DiskStore disk() throws Exception {
        DiskStore store =
                DiskStore.open(
                        StoreConfig.in(folder),
                        Time.system(),
                        event -> {
                            if (event instanceof StoreEvent.Synced) {
                                syncs.incrementAndGet();
                            }
                        });
        open.add(store);
        return store;
    }

    @AfterEach
    void close() {
        open.forEach(DiskStore::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "disk"})
    void aSessionIsReadAsItWasCreatedAndOnlyOnce(String kind) throws Exception {
        SessionStore store = store(kind);
        store.create(Records.full("a"));
        assertThat(store.read("a")).contains(Records.full("a"));
        assertThat(store.read("b")).isEmpty();
        assertThatThrownBy(() -> store.create(Records.full("a")))
                .isInstanceOf(IllegalStateException.class);
        assertThat(store.size()).isEqualTo(1);
    }

    /**
     * A record that is whole, of a session that only a later version of erlmcp can make sense of.
     */
    private static byte[] unreadable(String id) {
        byte[] record = SessionCodec.write(Records.session(id, "ann", 5));
        String text = new String(record, StandardCharsets.ISO_8859_1);
        byte[] later =
                text.substring(0, text.length() - Integer.BYTES)
                        .replace(Revision.LATEST_LEGACY.text(), "2999-11-25")
                        .getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(later.length + Integer.BYTES)
                .put(later)
                .putInt(BinaryWriter.checksum(later, later.length))
                .array();
    }

    @Test
    @Requirement("R03")
    void aRecordThatNobodyCanReadIsForgottenLikeAllAndStopsNoList() throws Exception {
        DiskStore disk = disk();
        SessionStore store = disk.sessions();
        store.create(Records.session("a", "ann", 4));
        store.create(Records.session("b", "ann", 5));
        store.create(Records.session("c", "bob", 6));
        DiskEventLogs logs = (DiskEventLogs) disk.events();
        logs.create("b").append("s", new byte[1]);
        logs.committer()
                .commit(
                        batch -> {
                            batch.put(Family.SESSIONS, Keys.text("b"), unreadable("b"));
                            return true;
                        });
        assertThatThrownBy(() -> store.read("b")).isInstanceOf(McpException.class);
        assertThat(behind(Records.session("b", "ann", 5), 10, store)).containsExactly("c");
        assertThat(behind(Records.session("a", "ann", 4), 10, store)).containsExactly("b", "c");
        store.deleteAll(List.of("a", "b"));
        assertThat(byAge(store)).containsExactly("c");
        assertThat(store.listByPrincipal("ann", 10)).isEmpty();
        assertThat(store.listByPrincipal("bob", 10)).containsExactly("c");
        assertThat(store.size()).isEqualTo(1);
        disk.close();
        StoreCheck.Found found = StoreCheck.check(folder);
        assertThat(found.isWhole()).isTrue();
        assertThat(found.events()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "disk"})
    void onlyTheNextVersionReplacesASession(String kind) throws Exception {
        SessionStore store = store(kind);
        store.create(Records.session("a", "ann", 1));
        assertThat(store.update(Records.session("a", 3, "ann", 1))).isFalse();
        assertThat(store.update(Records.session("a", 1, "ann", 1))).isFalse();
        assertThat(store.update(Records.session("a", 2, "ann", 1))).isTrue();
        assertThat(store.update(Records.session("a", 2, "ann", 1))).isFalse();
        assertThat(store.update(Records.session("b", 2, "ann", 1))).isFalse();
        assertThat(store.read("a").orElseThrow().version()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "disk"})
    void ofManyWhoChangeASessionAtOnceOneWins(String kind) throws Exception {
        SessionStore store = store(kind);
        store.create(Records.session("a", "ann", 1));
        AtomicInteger winners = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            threads.add(
                    Threads.startVirtual(
                            "change " + i,
                            () -> {
                                if (store.update(Records.session("a", 2, "ann", 1))) {
                                    winners.incrementAndGet();
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(winners.get()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "disk"})
    void listsAreInTheOrderOfAgeAndOfOnePrincipal(String kind) throws Exception {
        SessionStore store = store(kind);
        store.create(Records.session("c", "ann", 3));
        store.create(Records.session("a", "ann", -1));
        store.create(Records.session("b", "ann", 2));
        store.create(Records.session("d", "ann b", 4));
        assertThat(store.listByPrincipal("ann", 10)).containsExactly("a", "b", "c");
        assertThat(store.listByPrincipal("ann", 2)).containsExactly("a", "b");
        assertThat(store.listByPrincipal("an", 10)).isEmpty();
        assertThat(byAge(store)).containsExactly("a", "b", "c", "d");
        assertThat(behind(Records.session("b", "ann", 2), 1, store)).containsExactly("c");
        assertThat(behind(Records.session("d", "ann b", 4), 1, store)).isEmpty();
    }

    /** The first of a page goes after it was read, then the last of it, then all of it. */
    @ParameterizedTest
    @ValueSource(strings = {"memory", "disk"})
    void pagesGoOnBehindWhatIsGoneAndTellEachOfTheSameAgeOnce(String kind) throws Exception {
        SessionStore store = store(kind);
        List<String> all = List.of("a", "b", "c", "d", "e", "f", "g");
        all.reversed().forEach(id -> store.create(Records.session(id, "ann", 5)));
        List<String> met = new ArrayList<>();
        List<SessionStore.Place> page = store.listByAge(null, 2);
        for (int pages = 0; !page.isEmpty() && pages < all.size(); pages++) {
            List<String> ids = page.stream().map(SessionStore.Place::id).toList();
            met.addAll(ids);
            switch (pages) {
                case 0 -> store.delete(ids.getFirst());
                case 1 -> store.delete(ids.getLast());
                default -> store.deleteAll(ids);
            }
            page = store.listByAge(page.getLast(), 2);
        }
        assertThat(met).isEqualTo(all);
        assertThat(byAge(store)).containsExactly("b", "c");
    }

    /** Whatever finer clock a session was opened by: both kinds of store tell the same order. */
    @ParameterizedTest
    @ValueSource(strings = {"memory", "disk"})
    void withinAMillisecondTheIdsDecideWhoIsOlder(String kind) throws Exception {
        SessionStore store = store(kind);
        store.create(Records.full("b")); // with nanoseconds
        SessionStore.Place place = SessionStore.Place.of(Records.full("b"));
        store.create(Records.session("a", "ann", place.created().toEpochMilli()));
        store.create(Records.session("c", "ann", place.created().toEpochMilli()));
        assertThat(byAge(store)).containsExactly("a", "b", "c");
        assertThat(behind(Records.full("b"), 10, store)).containsExactly("c");
        assertThat(place.toString()).isEqualTo("Place[2026-07-28T10:00:00.123Z]");
    }

    private static List<String> byAge(SessionStore store) {
        return store.listByAge(null, 10).stream().map(SessionStore.Place::id).toList();
    }

    private static List<String> behind(SessionRecord session, int limit, SessionStore store) {
        return store.listByAge(SessionStore.Place.of(session), limit).stream()
                .map(SessionStore.Place::id)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory", "disk"})
    void whatIsDeletedIsGoneFromEveryList(String kind) throws Exception {
        SessionStore store = store(kind);
        store.create(Records.session("a", "ann", 1));
        store.create(Records.session("b", "ann", 2));
        store.create(Records.session("c", "ann", 3));
        assertThat(store.delete("a")).isTrue();
        assertThat(store.delete("a")).isFalse();
        store.deleteAll(List.of("b", "never there"));
        assertThat(store.size()).isEqualTo(1);
        assertThat(store.read("a")).isEmpty();
        assertThat(byAge(store)).containsExactly("c");
        assertThat(store.listByPrincipal("ann", 10)).containsExactly("c");
    }

    @Test
    @Requirement("session.dets")
    void aStoreThatIsOpenedAgainHasWhatItHad() throws Exception {
        DiskStore before = disk();
        before.sessions().create(Records.full("a"));
        before.sessions().create(Records.session("b", "ann", 2));
        before.sessions().delete("b");
        before.values().put("n", JsonNumber.of(3));
        before.close();
        open.clear();
        DiskStore after = disk();
        assertThat(after.sessions().read("a")).contains(Records.full("a"));
        assertThat(after.sessions().size()).isEqualTo(1);
        assertThat(after.values().get("n")).contains(JsonNumber.of(3));
    }

    @Test
    @Requirement("session.dets")
    void changesThatWaitTogetherAreSyncedTogether() throws Exception {
        DiskStore disk = disk();
        SessionStore store = disk.sessions();
        Committer committer = ((DiskEventLogs) disk.events()).committer();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        threads.run("holds", () -> committer.commit(batch -> holds(held, go)));
        held.await();
        int before = syncs.get();
        for (int i = 0; i < 500; i++) {
            String id = "s" + i;
            threads.run(id, () -> store.create(Records.session(id, "ann", 1)));
        }
        await().until(() -> committer.waiting() == 500);
        go.countDown();
        threads.join();
        assertThat(store.size()).isEqualTo(500);
        assertThat(store.listByAge(null, 1000)).hasSize(500);
        assertThat(syncs.get() - before).isEqualTo(1);
    }

    /** Whatever is changed meanwhile waits. */
    private static boolean holds(CountDownLatch held, CountDownLatch go) {
        held.countDown();
        try {
            return go.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
