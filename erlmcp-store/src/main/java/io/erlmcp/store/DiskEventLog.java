// tidy: file-length, because all that one lock guards stands here
package io.erlmcp.store;

import io.erlmcp.session.EventBudget;
import io.erlmcp.session.EventId;
import io.erlmcp.session.EventLog;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/**
 * The events of one session on the disk; in memory only how long each is, and whose.
 *
 * <p>Process model: appended to by the threads that send. An append is one write to the engine's
 * log, which neither syncs nor waits; it is made under the lock because events have to reach the
 * disk in the order of their numbers.
 */
final class DiskEventLog implements EventLog, EventBudget.Log {
    /** Requests of one session that are known after they ended. */
    private static final int MAX_ENDED = 100;

    private final DiskEventLogs logs;
    private final byte[] prefix;

    /** Guards everything below, and the order of appends. */
    private final ReentrantLock lock = new ReentrantLock();

    private final EventIndex index;

    /** Digests of the requests of streams that have not ended. */
    private final Map<String, String> inWork = new HashMap<>();

    /** Streams whose requests are known although they have ended, oldest first. */
    private final ArrayDeque<String> ended = new ArrayDeque<>();

    /** Digests of what earlier processes took. */
    private final Set<String> earlier = new HashSet<>();

    private List<Accepted> accepted = List.of();
    private long lastNumber;
    private long lastStream;

    /** The newest event could not be kept, and nothing on the disk says so. */
    private boolean hasHole;

    /** The number at which the disk says that one is missing; 0 for none. */
    private long markedHole;

    /** Nothing is written any more: what stands on the disk goes with the session, or stays. */
    private volatile boolean closed;

    DiskEventLog(DiskEventLogs logs, String sessionId) {
        this.logs = logs;
        this.prefix = Keys.prefix(sessionId);
        this.index = new EventIndex(logs.bounds());
    }

    /** Works under the lock, charges for the index without: room is made in other logs. */
    private <T> T charged(Supplier<T> change) {
        long before;
        long after;
        T result;
        lock.lock();
        try {
            before = index.heldBytes();
            result = change.get();
            after = index.heldBytes();
        } finally {
            lock.unlock();
        }
        if (before == 0 && after > 0) {
            logs.budget().enter(this);
        }
        logs.budget().charge(after - before);
        return result;
    }

    /** Takes on an event that an earlier process appended, or what it knows to be missing. */
    void remember(EventIndex.Kept event) {
        charged(
                () -> {
                    long number = event.number();
                    if (event.isHole()) {
                        markedHole = number;
                        return skipTo(number);
                    }
                    if (!index.isEmpty() && number != lastNumber + 1) {
                        index.missing(number - 1);
                    }
                    lastNumber = number;
                    index.add(event);
                    return number;
                });
    }

    @Override
    public String newStream(String kind) {
        lock.lock();
        try {
            return kind + Long.toString(++lastStream, Character.MAX_RADIX) + '.' + logs.epoch();
        } finally {
            lock.unlock();
        }
    }

    /** Takes on a request of an earlier process: keeps it for its turn, or says its last words. */
    void takeOn(String stream, StoredWork stored) {
        lock.lock();
        try {
            if (!stored.digest().isEmpty()) {
                earlier.add(stored.digest());
            }
            if (stored.state() == StoredWork.State.ENDED) {
                ended.add(stream);
            } else {
                inWork.put(stream, stored.digest());
            }
            if (stored.state() == StoredWork.State.ACCEPTED) {
                List<Accepted> all = new ArrayList<>(accepted);
                all.add(new Accepted(stream, stored.work()));
                accepted = all;
            }
        } finally {
            lock.unlock();
        }
        if (stored.state() == StoredWork.State.BEGUN) {
            finish(stream, stored.work().lastWords());
        }
    }

    @Override
    public boolean isDurable() {
        return true;
    }

    @Override
    public void accept(String stream, Work work) {
        record(stream, StoredWork.accepted(work));
    }

    @Override
    public void begin(String stream, Work work) {
        record(stream, StoredWork.begun(work));
    }

    private void record(String stream, StoredWork work) {
        lock.lock();
        try {
            inWork.put(stream, work.digest());
            write(batch -> batch.put(Family.WORK, Keys.named(prefix, stream), work.write()));
        } finally {
            lock.unlock();
        }
    }

    /** Synced, unlike all else here: what was begun must never look as if it were not. */
    @Override
    public void beginAccepted(String stream, Work work) {
        byte[] key = Keys.named(prefix, stream);
        byte[] begun = StoredWork.begun(work).write();
        logs.committer()
                .commit(
                        batch -> {
                            boolean isOpen = batch.get(Family.WORK, key) != null;
                            if (isOpen) {
                                batch.put(Family.WORK, key, begun);
                            }
                            return isOpen;
                        });
    }

    @Override
    public List<Accepted> accepted() {
        return charged(
                () -> {
                    List<Accepted> all = accepted;
                    accepted = List.of();
                    return all;
                });
    }

    @Override
    public boolean isReplay(byte[] message) {
        return charged(() -> !earlier.isEmpty() && earlier.contains(StoredWork.digest(message)));
    }

    @Override
    public long lastNumber() {
        return charged(() -> lastNumber);
    }

    /** What has these numbers elsewhere is not here: to this log it is gone. */
    @Override
    public void goOnAfter(long number) {
        charged(() -> number > lastNumber ? skipTo(number) : number);
    }

    private long skipTo(long number) {
        index.missing(number);
        lastNumber = number;
        return number;
    }

    @Override
    public void abandon(String stream) {
        lock.lock();
        try {
            inWork.remove(stream);
            write(batch -> batch.delete(Family.WORK, Keys.named(prefix, stream)));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public EventId append(String stream, byte[] data) {
        return append(stream, data, false);
    }

    @Override
    public EventId finish(String stream, byte[] data) {
        return append(stream, data, true);
    }

    @Override
    public void mirror(EventId id, byte[] data, boolean isLast) {
        charged(
                () -> {
                    if (id.number() > lastNumber + 1) {
                        index.missing(id.number() - 1);
                    }
                    return id.number() > lastNumber ? append(id, data, isLast) : id;
                });
    }

    private EventId append(String stream, byte[] data, boolean isLast) {
        return charged(
                () -> append(new EventId(stream, logs.epoch(), lastNumber + 1), data, isLast));
    }

    /** The lock is held. */
    private EventId append(EventId id, byte[] data, boolean isLast) {
        lastNumber = id.number();
        if (closed) {
            return id;
        }
        boolean isKept = false;
        try {
            isKept = keep(id, data, isLast);
        } finally {
            if (!isKept) { // whatever kept it from that
                hasHole = true;
                index.failed(id.stream(), id.number());
                logs.hasHole(this);
            }
        }
        if (isKept && (hasHole || markedHole > 0)) {
            // what is missing shows between what is kept
            hasHole = false;
            markedHole = 0;
            logs.hasNoHole(this);
        }
        return id;
    }

    /** False where it is not on the disk. */
    private boolean keep(EventId id, byte[] data, boolean isLast) {
        String stream = id.stream();
        long number = id.number();
        index.add(new EventIndex.Kept(number, stream, data.length));
        List<EventIndex.Kept> evicted = index.evict();
        boolean isWritten =
                write(
                        batch -> {
                            StoredEvent event = new StoredEvent(id.epoch(), stream, data);
                            batch.put(Keys.numbered(prefix, number), event);
                            delete(batch, evicted);
                            unmark(batch);
                            if (isLast) {
                                end(batch, stream);
                            }
                        });
        evicted.forEach(old -> index.lost(old.stream(), old.number()));
        return isWritten;
    }

    private void unmark(Engine.Appending batch) throws RocksDBException {
        if (markedHole > 0) {
            batch.delete(Family.EVENTS, Keys.numbered(prefix, markedHole));
        }
    }

    /** Writes down that the newest event is missing; false where that cannot be written either. */
    boolean markHole() {
        lock.lock();
        try {
            return !hasHole || closed || writeHole();
        } finally {
            lock.unlock();
        }
    }

    private boolean writeHole() {
        long number = lastNumber;
        byte[] event = new StoredEvent(logs.epoch(), StoredEvent.HOLE, new byte[0]).write();
        boolean isWritten =
                write(
                        batch -> {
                            unmark(batch);
                            batch.put(Family.EVENTS, Keys.numbered(prefix, number), event);
                        });
        if (isWritten) {
            hasHole = false;
            markedHole = number;
        }
        return isWritten;
    }

    private void delete(Engine.Appending batch, List<EventIndex.Kept> events)
            throws RocksDBException {
        for (EventIndex.Kept old : events) {
            batch.delete(Family.EVENTS, Keys.numbered(prefix, old.number()));
        }
    }

    /** Keeps what tells a request that ended when it comes again, for the last of them. */
    private void end(Engine.Appending batch, String stream) throws RocksDBException {
        String digest = inWork.remove(stream);
        if (digest == null || digest.isEmpty()) {
            batch.delete(Family.WORK, Keys.named(prefix, stream));
            return;
        }
        batch.put(Family.WORK, Keys.named(prefix, stream), StoredWork.ended(digest).write());
        ended.add(stream);
        if (ended.size() > MAX_ENDED) {
            batch.delete(Family.WORK, Keys.named(prefix, ended.remove()));
        }
    }

    /**
     * The lock is held, so that nothing follows {@link #close}, behind which the session's entries
     * are deleted.
     */
    private boolean write(Engine.Filling filling) {
        if (closed) {
            return false;
        }
        try {
            logs.engine().append(filling);
            return true;
        } catch (RocksDBException e) {
            Status status = e.getStatus();
            if (status == null || status.getCode() != Status.Code.Incomplete) {
                logs.committer().writeFailed(e);
            }
            return false;
        } catch (RuntimeException | VirtualMachineError problem) {
            // how far it came is not known; who sends goes on, as with any write that fails
            logs.committer().writeFailed(problem);
            return false;
        }
    }

    @Override
    public void close() {
        markHole();
        logs.hasNoHole(this);
        charged(
                () -> {
                    closed = true;
                    index.clear();
                    inWork.clear();
                    return true;
                });
        logs.budget().leave(this);
    }

    // ---- when all logs together take too much ----

    @Override
    public long dropOlderHalf() {
        lock.lock();
        try {
            long before = index.heldBytes();
            List<EventIndex.Kept> evicted = index.evictOlderHalf();
            boolean isWritten = write(batch -> delete(batch, evicted));
            if (!isWritten && !evicted.isEmpty()) {
                index.missing(evicted.getLast().number()); // they are still there, without a place
            }
            return before - index.heldBytes();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean keepsEvents() {
        lock.lock();
        try {
            return index.heldBytes() > 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    // ---- for a client that comes back ----

    @Override
    public Optional<List<Entry>> after(EventId id) {
        boolean[] isKnown = {false};
        lock.lock();
        try {
            if (closed
                    || id.number() > lastNumber
                    || !index.isWholeAfter(id.stream(), id.number())) {
                return Optional.empty();
            }
            isKnown[0] =
                    index.isNewestGone(id.stream(), id.number()) && id.epoch().equals(logs.epoch());
        } finally {
            lock.unlock();
        }
        List<Entry> later = new ArrayList<>();
        logs.readers()
                .read(
                        engine -> {
                            engine.scan(
                                    Family.EVENTS,
                                    prefix,
                                    Keys.numbered(prefix, id.number()),
                                    (key, value) -> {
                                        Entry entry = entry(key, id.stream(), value);
                                        if (entry != null && entry.id().equals(id)) {
                                            isKnown[0] = true;
                                        } else if (entry != null) {
                                            later.add(entry);
                                        }
                                        return true;
                                    });
                            return true;
                        });
        return isKnown[0] ? Optional.of(later) : Optional.empty();
    }

    private @Nullable Entry entry(byte[] key, String stream, byte[] value) {
        StoredEvent event = StoredEvent.read(value);
        if (!event.stream().equals(stream)) {
            return null;
        }
        long number = Keys.numberAt(key, prefix.length);
        return new Entry(new EventId(stream, event.epoch(), number), event.data());
    }
}
