package io.erlmcp.store;

import io.erlmcp.session.SessionRecord;
import io.erlmcp.session.SessionStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * Sessions on the disk: a record, an entry by age and one by principal, changed together. Ending a
 * session ends its events.
 */
final class RocksSessionStore implements SessionStore {
    private static final byte[] NOTHING = {};

    private final Committer committer;
    private final Readers readers;

    /** Changed by the committer alone, in step with what it writes. */
    private final AtomicInteger size;

    RocksSessionStore(Committer committer, Readers readers, int size) {
        this.committer = committer;
        this.readers = readers;
        this.size = new AtomicInteger(size);
        committer.countWith(engine -> this.size.set(engine.count(Family.SESSIONS)));
    }

    @Override
    public boolean isDurable() {
        return true;
    }

    @Override
    public void create(SessionRecord session) {
        byte[] record = SessionCodec.write(session);
        committer.commit(
                batch -> {
                    byte[] key = Keys.text(session.id());
                    if (batch.get(Family.SESSIONS, key) != null) {
                        throw new IllegalStateException("a session with this id exists");
                    }
                    batch.put(Family.SESSIONS, key, record);
                    index(batch, session);
                    size.incrementAndGet();
                    return true;
                });
    }

    @Override
    public void put(SessionRecord session) {
        byte[] key = Keys.text(session.id());
        byte[] record = SessionCodec.write(session);
        committer.commit(
                batch -> {
                    byte[] stored = batch.get(Family.SESSIONS, key);
                    if (stored != null) {
                        unindex(batch, session.id(), stored);
                    }
                    batch.put(Family.SESSIONS, key, record);
                    index(batch, session);
                    size.addAndGet(stored == null ? 1 : 0);
                    return true;
                });
    }

    /** Enters a session by age and by principal. */
    static void index(Batch batch, SessionRecord session) throws RocksDBException {
        batch.put(Family.BY_AGE, age(session), NOTHING);
        batch.put(Family.BY_PRINCIPAL, principal(session), NOTHING);
    }

    /** One that cannot be read is to go all the same, and must keep no other from going. */
    private static void unindex(Batch batch, String id, byte[] stored) throws RocksDBException {
        try {
            unindex(batch, SessionCodec.read(stored));
        } catch (BinaryReader.Damaged unreadable) {
            unindex(batch, id);
        }
    }

    private static void unindex(Batch batch, SessionRecord session) throws RocksDBException {
        batch.delete(Family.BY_AGE, age(session));
        batch.delete(Family.BY_PRINCIPAL, principal(session));
    }

    /** As the other, for a session whose entries nobody knows: they are looked for. */
    private static void unindex(Batch batch, String id) throws RocksDBException {
        batch.deleteAll(Family.BY_AGE, key -> Keys.isAge(key, id));
        batch.deleteAll(Family.BY_PRINCIPAL, key -> Keys.isPrincipal(key, id));
    }

    private static byte[] age(SessionRecord session) {
        return Keys.age(session.created(), session.id());
    }

    private static byte[] principal(SessionRecord session) {
        return Keys.principal(session.principal().name(), session.created(), session.id());
    }

    @Override
    public Optional<SessionRecord> read(String id) {
        byte[] key = Keys.text(id);
        return readers.read(
                engine ->
                        Optional.ofNullable(engine.get(Family.SESSIONS, key))
                                .map(SessionCodec::read));
    }

    @Override
    public boolean update(SessionRecord session) {
        byte[] key = Keys.text(session.id());
        byte[] record = SessionCodec.write(session);
        return committer.commit(
                batch -> {
                    byte[] stored = batch.get(Family.SESSIONS, key);
                    if (stored == null || SessionCodec.versionOf(stored) + 1 != session.version()) {
                        return false;
                    }
                    batch.put(Family.SESSIONS, key, record);
                    return true;
                });
    }

    @Override
    public boolean delete(String id) {
        return committer.commit(
                batch -> {
                    boolean wasThere = delete(batch, id);
                    size.addAndGet(wasThere ? -1 : 0);
                    return wasThere;
                });
    }

    private static boolean delete(Batch batch, String id) throws RocksDBException {
        byte[] key = Keys.text(id);
        byte[] stored = batch.get(Family.SESSIONS, key);
        if (stored == null) {
            return false;
        }
        batch.delete(Family.SESSIONS, key);
        unindex(batch, id, stored);
        batch.deleteAll(Family.EVENTS, Keys.prefix(id));
        batch.deleteAll(Family.WORK, Keys.prefix(id));
        return true;
    }

    @Override
    public void deleteAll(Collection<String> ids) {
        List<String> left = List.copyOf(ids);
        while (!left.isEmpty()) {
            List<String> some = left;
            int taken = committer.commit(batch -> deleteSome(batch, some));
            left = left.subList(taken, left.size());
        }
    }

    /** Deletes the first of {@code ids}, as many as one batch is to hold; says how many. */
    private int deleteSome(Batch batch, List<String> ids) throws RocksDBException {
        int before = batch.size();
        int taken = 0;
        int deleted = 0;
        while (taken < ids.size() && batch.size() - before < Committer.MAX_CHANGES) {
            deleted += delete(batch, ids.get(taken++)) ? 1 : 0;
        }
        size.addAndGet(-deleted);
        return taken;
    }

    @Override
    public List<Place> listByAge(@Nullable Place after, int limit) {
        byte[] from = after == null ? NOTHING : Keys.behind(Keys.age(after.created(), after.id()));
        return readers.read(
                engine -> {
                    List<Place> places = new ArrayList<>();
                    engine.scan(
                            Family.BY_AGE,
                            NOTHING,
                            from,
                            (key, value) -> {
                                places.add(Keys.place(key));
                                return places.size() < limit;
                            });
                    return places;
                });
    }

    @Override
    public List<String> listByPrincipal(String principal, int limit) {
        byte[] prefix = Keys.prefix(principal);
        return readers.read(
                engine -> {
                    List<String> ids = new ArrayList<>();
                    engine.scan(
                            Family.BY_PRINCIPAL,
                            prefix,
                            prefix,
                            (key, value) -> {
                                if (ids.size() < limit) {
                                    ids.add(Keys.afterPrefix(key, prefix.length + Long.BYTES));
                                }
                                return ids.size() < limit;
                            });
                    return ids;
                });
    }

    @Override
    public int size() {
        return size.get();
    }
}
