package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A store in memory that says it is durable, counts what reaches it, and can be out of order. */
final class CountingStore implements SessionStore {
    final MemorySessionStore kept = new MemorySessionStore();
    final AtomicInteger reads = new AtomicInteger();
    final AtomicInteger writes = new AtomicInteger();
    volatile boolean isBroken;

    /** It stores what it is to store, but does not say so. */
    volatile boolean isLate;

    /** It takes everything but deletes. */
    volatile boolean forgetsNothing;

    /** It reads, and takes no writes. */
    volatile boolean isFull;

    /** A session of which it has a record that it cannot make sense of. */
    volatile String unreadable = "";

    /** It knows that this one record is damaged, and nothing else. */
    volatile boolean isDamageKnown;

    /** It fails at once, whatever is asked. */
    volatile boolean isMad;

    /** The last session of each list is gone once it was told. */
    volatile boolean losesWhatItTells;

    /** Runs while a session is about to be there. */
    volatile Runnable beforeCreate = () -> {};

    /** Runs while a session is about to be forgotten. */
    volatile Runnable beforeDelete = () -> {};

    final AtomicInteger refusals = new AtomicInteger();

    private void check() {
        assertThat(Thread.currentThread().isVirtual()).isTrue();
        if (isBroken) {
            throw new StoreUnavailable("it cannot be reached");
        }
    }

    private void checkWrites() {
        check();
        if (isFull) {
            throw new StoreUnavailable("the disk takes no writes");
        }
    }

    @Override
    public boolean isDurable() {
        if (isMad) {
            throw new IllegalStateException("a bug");
        }
        return true;
    }

    @Override
    public void create(SessionRecord session) {
        checkWrites();
        writes.incrementAndGet();
        beforeCreate.run();
        kept.create(session);
        if (isLate) {
            throw new StoreUnavailable("it did not answer in time");
        }
    }

    @Override
    public void put(SessionRecord session) {
        checkWrites();
        writes.incrementAndGet();
        kept.put(session);
    }

    @Override
    public Optional<SessionRecord> read(String id) {
        check();
        reads.incrementAndGet();
        return kept.read(id);
    }

    @Override
    public boolean update(SessionRecord session) {
        checkWrites();
        writes.incrementAndGet();
        return kept.update(session);
    }

    @Override
    public boolean delete(String id) {
        checkWrites();
        checkForgets(id);
        writes.incrementAndGet();
        beforeDelete.run();
        return kept.delete(id);
    }

    /** All or none, as a batch is. */
    @Override
    public void deleteAll(Collection<String> ids) {
        ids.forEach(this::checkForgets);
        ids.forEach(this::delete);
    }

    private void checkForgets(String id) {
        if (forgetsNothing) {
            refusals.incrementAndGet();
            throw new StoreUnavailable("the disk takes no writes");
        }
        if (id.equals(unreadable)) {
            throw isDamageKnown
                    ? new UnreadableRecord()
                    : new IllegalStateException("a record cannot be read");
        }
    }

    @Override
    public List<Place> listByAge(@Nullable Place after, int limit) {
        check();
        List<Place> page = kept.listByAge(after, limit);
        if (losesWhatItTells && !page.isEmpty()) {
            kept.delete(page.getLast().id());
        }
        return page;
    }

    @Override
    public List<String> listByPrincipal(String principal, int limit) {
        check();
        return kept.listByPrincipal(principal, limit);
    }

    @Override
    public int size() {
        return kept.size();
    }
}
