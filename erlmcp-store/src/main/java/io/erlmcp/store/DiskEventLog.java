package io.erlmcp.store;

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
final class DiskEventLog implements EventLog {
    /** Requests of one session that are known after they ended. */
    private static final int MAX_ENDED = 100;

    private final DiskEventLogs logs;
    private final byte[] prefix;

    /** Guards everything below, and the order of appends. */
    private final ReentrantLock lock = new ReentrantLock();

    private final ArrayDeque<Kept> kept = new ArrayDeque<>();

    /** For streams that lost events: the number of the newest that is gone. */
    private final Map<String, Long> gone = new HashMap<>();

    /** The newest number that an earlier process could not keep, of whatever stream; 0 for none. */
    private long hole;

    /** Digests of the requests of streams that have not ended. */
    private final Map<String, String> inWork = new HashMap<>();

    /** Streams whose requests are known although they have ended, oldest first. */
    private final ArrayDeque<String> ended = new ArrayDeque<>();

    /** Digests of what earlier processes took. */
    private final Set<String> earlier = new HashSet<>();

    private List<Accepted> accepted = List.of();
    private long lastNumber;
    private long lastStream;
    private long bytes;

    private record Kept(long number, String stream, int length) {}

    DiskEventLog(DiskEventLogs logs, String sessionId) {
        this.logs = logs;
        this.prefix = Keys.prefix(sessionId);
    }

    /** Takes on an event that an earlier process appended. */
    void remember(byte[] key, StoredEvent event) {
        lock.lock();
        try {
            long number = Keys.numberAt(key, prefix.length);
            if (!kept.isEmpty() && number != lastNumber + 1) {
                hole = number - 1;
            }
            lastNumber = number;
            kept.add(new Kept(lastNumber, event.stream(), event.data().length));
            bytes += event.data().length;
        } finally {
            lock.unlock();
        }
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
            switch (stored.state()) {
                case ACCEPTED -> {
                    List<Accepted> all = new ArrayList<>(accepted);
                    all.add(new Accepted(stream, stored.work()));
                    accepted = all;
                    inWork.put(stream, stored.digest());
                }
                case BEGUN -> {
                    inWork.put(stream, stored.digest());
                    finish(stream, stored.work().lastWords());
                }
                case ENDED -> ended.add(stream);
            }
        } finally {
            lock.unlock();
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
        } finally {
            lock.unlock();
        }
        write(batch -> batch.put(Family.WORK, Keys.named(prefix, stream), work.write()));
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
        lock.lock();
        try {
            List<Accepted> all = accepted;
            accepted = List.of();
            return all;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isReplay(byte[] message) {
        lock.lock();
        try {
            return !earlier.isEmpty() && earlier.contains(StoredWork.digest(message));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void abandon(String stream) {
        lock.lock();
        try {
            inWork.remove(stream);
        } finally {
            lock.unlock();
        }
        write(batch -> batch.delete(Family.WORK, Keys.named(prefix, stream)));
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
        lock.lock();
        try {
            if (id.number() <= lastNumber) {
                return;
            }
            if (id.number() != lastNumber + 1) {
                hole = id.number() - 1;
            }
            append(id, data, isLast);
        } finally {
            lock.unlock();
        }
    }

    private EventId append(String stream, byte[] data, boolean isLast) {
        lock.lock();
        try {
            return append(new EventId(stream, logs.epoch(), lastNumber + 1), data, isLast);
        } finally {
            lock.unlock();
        }
    }

    /** The lock is held. */
    private EventId append(EventId id, byte[] data, boolean isLast) {
        String stream = id.stream();
        long number = id.number();
        lastNumber = number;
        kept.add(new Kept(number, stream, data.length));
        bytes += data.length;
        List<Kept> evicted = evict();
        boolean written =
                write(
                        batch -> {
                            StoredEvent event = new StoredEvent(id.epoch(), stream, data);
                            batch.put(Family.EVENTS, Keys.numbered(prefix, number), event.write());
                            for (Kept old : evicted) {
                                batch.delete(Family.EVENTS, Keys.numbered(prefix, old.number()));
                            }
                            if (isLast) {
                                end(batch, stream);
                            }
                        });
        evicted.forEach(old -> forget(old.stream(), old.number()));
        if (!written) {
            forget(stream, number);
        }
        return id;
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

    private List<Kept> evict() {
        List<Kept> evicted = List.of();
        while (kept.size() > logs.bounds().maxEvents()
                || (bytes > logs.bounds().maxBytes() && kept.size() > 1)) {
            Kept oldest = kept.remove();
            bytes -= oldest.length();
            evicted = evicted.isEmpty() ? new ArrayList<>() : evicted;
            evicted.add(oldest);
        }
        return evicted;
    }

    private void forget(String stream, long number) {
        if (gone.size() >= logs.bounds().maxEvents() && !gone.containsKey(stream)) {
            gone.clear();
        }
        gone.put(stream, number);
    }

    private boolean write(Engine.Filling filling) {
        try {
            logs.engine().append(filling);
            return true;
        } catch (RocksDBException e) {
            Status status = e.getStatus();
            if (status == null || status.getCode() != Status.Code.Incomplete) {
                logs.committer().writeFailed(e);
            }
            return false;
        }
    }

    @Override
    public Optional<List<Entry>> after(EventId id) {
        if (!mayKnow(id)) {
            return Optional.empty();
        }
        List<Entry> later = new ArrayList<>();
        boolean[] isKnown = {isNewestGone(id)};
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

    private boolean mayKnow(EventId id) {
        lock.lock();
        try {
            return id.number() >= Math.max(hole, 1)
                    && id.number() <= lastNumber
                    && id.number() >= gone.getOrDefault(id.stream(), 0L);
        } finally {
            lock.unlock();
        }
    }

    /** True when nothing after it is missing, although itself it is not kept. */
    private boolean isNewestGone(EventId id) {
        lock.lock();
        try {
            Long newest = gone.get(id.stream());
            return newest != null && newest == id.number() && id.epoch().equals(logs.epoch());
        } finally {
            lock.unlock();
        }
    }
}
