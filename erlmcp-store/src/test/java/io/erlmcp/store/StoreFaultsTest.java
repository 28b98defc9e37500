package io.erlmcp.store;

import static io.erlmcp.store.Events.after;
import static io.erlmcp.store.Events.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.JsonNumber;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.session.EventId;
import io.erlmcp.session.EventLog;
import io.erlmcp.session.SessionLimits;
import io.erlmcp.session.StoreUnavailable;
import io.erlmcp.testing.Requirement;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rocksdb.RocksDBException;

/** What goes wrong in the store itself, and not on the disk: it goes on, and hides nothing. */
@Requirement({"session.dets", "R04"})
class StoreFaultsTest {
    private static final String SESSION = "session";
    private static final SessionLimits.EventBounds BOUNDS =
            new SessionLimits.EventBounds(10, 1 << 20, 1 << 20);

    /** What memory does instead of being there. */
    enum Fault {
        OVERFLOW,
        INTERNAL,
        BUG;

        void happen() {
            switch (this) {
                case OVERFLOW -> throw new StackOverflowError("a test");
                case INTERNAL -> throw new InternalError("a test");
                case BUG -> throw new IllegalStateException("a test");
            }
        }
    }

    @TempDir Path folder;
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private DiskStore store;

    @BeforeEach
    void open() throws Exception {
        open(Observer.NONE);
    }

    private void open(Observer observer) throws Exception {
        store =
                DiskStore.open(
                        StoreConfig.in(folder).withEvents(BOUNDS),
                        Time.system(),
                        observer,
                        new NativeSpace(this::memory));
    }

    private ByteBuffer memory(int bytes) {
        Fault fault = faults.poll();
        if (fault != null) {
            fault.happen();
        }
        return ByteBuffer.allocateDirect(bytes);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private DiskEventLogs logs() {
        return (DiskEventLogs) store.events();
    }

    private void awaitWrites() {
        await().ignoreExceptions().until(() -> logs().committer().commit(batch -> true));
    }

    @ParameterizedTest
    @EnumSource
    @Requirement("transport.sse.resume")
    void anEventThatIsNotKeptIsMissingWhateverTheReasonAndWhoSendsItGoesOn(Fault fault)
            throws Exception {
        EventLog log = store.events().create(SESSION);
        EventId first = log.append("a", new byte[NativeSpace.PLACE_BYTES]); // has no place
        faults.add(fault);
        EventId second = log.append("a", bytes("2"));
        assertThat(faults).isEmpty();
        assertThat(second.number()).isEqualTo(first.number() + 1);
        assertThat(log.after(first)).isEmpty();
        awaitWrites();
        log.append("a", bytes("3"));
        assertThat(log.after(first)).isEmpty();
        assertThat(after(log, second)).containsExactly("3");
    }

    @ParameterizedTest
    @EnumSource
    @Requirement("transport.sse.resume")
    void theNextProcessKnowsOfItToo(Fault fault) throws Exception {
        EventLog log = store.events().create(SESSION);
        EventId first = log.append("a", new byte[NativeSpace.PLACE_BYTES]);
        faults.add(fault);
        log.append("a", bytes("2"));
        byte[] key = Keys.numbered(Keys.prefix(SESSION), 2);
        await().ignoreExceptions().until(() -> logs().engine().get(Family.EVENTS, key) != null);
        store.close();
        open();
        assertThat(store.events().reopen(SESSION).after(first)).isEmpty();
    }

    @Test
    void aReadThatFailsWithAnErrorIsToldToItsCallerAndCostsNoReader() throws Exception {
        store.values().put("k", JsonNumber.of(1));
        Queue<Throwable> told = new ConcurrentLinkedQueue<>();
        try (Readers readers = new Readers(logs().engine(), StoreConfig.in(folder), failing())) {
            for (int i = 0; i < 4; i++) { // more than there are readers
                assertThatThrownBy(
                                () ->
                                        readers.read(
                                                engine -> {
                                                    Thread.currentThread()
                                                            .setUncaughtExceptionHandler(
                                                                    (thread, it) -> told.add(it));
                                                    throw new InternalError("a test");
                                                }))
                        .isNotInstanceOf(StoreUnavailable.class)
                        .hasRootCauseMessage("a test");
            }
            assertThat(readers.<Boolean>read(engine -> true)).isTrue();
            assertThat(told).hasSize(4);
        }
    }

    /** An observer that fails when it is told of damage. */
    private static Observer failing() {
        return event -> {
            throw new IllegalStateException("a bug");
        };
    }

    @Test
    void anObserverThatFailsDoesNotKeepACallerWaiting() throws Exception {
        try (Readers readers = new Readers(logs().engine(), StoreConfig.in(folder), failing())) {
            assertThatThrownBy(
                            () ->
                                    readers.read(
                                            engine -> {
                                                throw new RocksDBException("a test");
                                            }))
                    .hasMessageContaining("reading from the store failed");
            assertThat(readers.<Boolean>read(engine -> true)).isTrue();
        }
    }

    @Test
    void workThatFailsInQuietMomentsKeepsNoChangeFromBeingMadeAndIsToldOnce() {
        AtomicInteger runs = new AtomicInteger();
        Queue<Throwable> told = new ConcurrentLinkedQueue<>();
        logs().committer()
                .inQuietMoments(
                        () -> {
                            Thread.currentThread()
                                    .setUncaughtExceptionHandler((thread, it) -> told.add(it));
                            runs.incrementAndGet();
                            throw new IllegalStateException("a bug");
                        });
        for (int i = 0; i < 3; i++) {
            store.values().put("k" + i, JsonNumber.of(i));
        }
        await().until(() -> runs.get() >= 3);
        assertThat(told).singleElement().extracting(Throwable::getMessage).isEqualTo("a bug");
        assertThat(store.values().get("k2")).contains(JsonNumber.of(2));
    }

    @Test
    void aBugBesideAChangeEndsNeitherTheStoreNorWhatIsStored() throws Exception {
        AtomicBoolean isBad = new AtomicBoolean();
        store.close();
        open(
                event -> {
                    if (event instanceof StoreEvent.Synced && isBad.getAndSet(false)) {
                        throw new IllegalStateException("a bug");
                    }
                });
        store.values().put("before", JsonNumber.of(1));
        isBad.set(true);
        assertThatThrownBy(() -> store.values().put("unsure", JsonNumber.of(1)))
                .isInstanceOf(StoreUnavailable.class);
        awaitWrites();
        store.values().put("after", JsonNumber.of(1));
        assertThat(store.values().get("before")).isPresent();
        assertThat(store.values().get("after")).isPresent();
    }
}
