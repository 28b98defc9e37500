package io.erlmcp.migration;

import io.erlmcp.session.StoreUnavailable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one of the stores lacks because a write to it failed. Kept in a file, which is synced before
 * the write is acknowledged. Bounded: when too much is lacking, all of that store counts as
 * lacking.
 *
 * <p>Process model: no thread. The lock is held while the file is written, so that the file says
 * what the sets say; that happens only while a store fails.
 */
final class Pending implements AutoCloseable {
    /** Which store lacks it. */
    enum Where {
        SOURCE,
        TARGET;

        Where other() {
            return this == SOURCE ? TARGET : SOURCE;
        }
    }

    /** What it is. */
    enum Kind {
        SESSION,
        VALUE,
        TASK
    }

    /**
     * One thing that a store lacks, or has as it was.
     *
     * @param id of the session, a secret, or the key of the value
     */
    record Entry(Where where, Kind kind, String id) {
        /** The same in the other store. */
        Entry inOther() {
            return new Entry(where.other(), kind, id);
        }

        @Override
        public String toString() {
            return "Entry[" + where + ", " + kind + ']';
        }
    }

    /** The two stores, by the names that the configuration gives them. */
    record Names(String source, String target) {}

    private static final Set<Where> EVERYWHERE = EnumSet.allOf(Where.class);

    private static final String STORES = "stores";

    /** The target has stood alone. */
    private static final String ALONE = "alone";

    /** Written when there is nothing to say but how it stands. */
    private static final String COMPLETE = "complete";

    private static final String ALL = "all";
    private static final String LACKS = "lacks";
    private static final String HAS = "has";

    private final Path path;
    private final int max;

    /** Guards everything below, and the file. */
    private final ReentrantLock lock = new ReentrantLock();

    private final NotesFile file;
    private final Set<Entry> entries = new LinkedHashSet<>();
    private final Set<Where> all = EnumSet.noneOf(Where.class);
    private @Nullable Names names;
    private boolean isAlone;
    private boolean isComplete;
    private long unnamed;

    private Pending(Path path, int max) throws IOException {
        this.path = path;
        this.max = max;
        this.file = new NotesFile(path);
        if (Files.exists(path)) {
            read();
        }
    }

    /**
     * @throws IOException when the file cannot be read or written
     */
    static Pending open(Path path, int max) throws IOException {
        Pending pending = new Pending(path, max);
        pending.rewrite();
        return pending;
    }

    /** What the file of a migration says that is not open; cannot be changed. */
    static Pending look(Path path) throws IOException {
        return new Pending(path, Integer.MAX_VALUE);
    }

    /** Between which stores this migration is; null where nobody noted it. */
    @Nullable Names names() {
        return locked(() -> names);
    }

    /** True once the target has stood alone. */
    boolean isAlone() {
        return locked(() -> isAlone);
    }

    private <T extends @Nullable Object> T locked(Supplier<T> question) {
        lock.lock();
        try {
            return question.get();
        } finally {
            lock.unlock();
        }
    }

    private void read() throws IOException {
        NotesFile.Read found = NotesFile.read(path);
        for (List<String> words : found.lines()) {
            apply(words);
        }
        if (found.isDamaged()) {
            // Some note is lost: nobody knows which store has the newer of anything.
            entries.clear();
            all.addAll(EnumSet.allOf(Where.class));
            isComplete = false;
        }
    }

    private void apply(List<String> words) throws IOException {
        switch (words.getFirst()) {
            case STORES ->
                    names = new Names(NotesFile.text(words.get(1)), NotesFile.text(words.get(2)));
            case ALONE -> isAlone = true;
            case COMPLETE -> {
                isComplete = true;
                all.clear();
            }
            case ALL -> all.add(Where.valueOf(words.get(1)));
            case LACKS -> entries.add(entry(words));
            case HAS -> entries.remove(entry(words));
            default ->
                    throw new IOException(
                            "\"" + words.getFirst() + "\" is no note of this version of erlmcp");
        }
    }

    private static Entry entry(List<String> words) {
        return new Entry(
                Where.valueOf(words.get(1)),
                Kind.valueOf(words.get(2)),
                words.size() > 3 ? NotesFile.text(words.get(3)) : "");
    }

    private static String text(String word, Entry entry) {
        return word + ' ' + entry.where() + ' ' + entry.kind() + ' ' + NotesFile.word(entry.id());
    }

    /** Writes the file anew, without what is made up for. */
    private void rewrite() throws IOException {
        List<String> texts = new ArrayList<>();
        if (isAlone) {
            texts.add(ALONE);
        }
        Names its = names;
        if (its != null) {
            texts.add(
                    STORES
                            + ' '
                            + NotesFile.word(its.source())
                            + ' '
                            + NotesFile.word(its.target()));
        }
        if (isComplete) {
            texts.add(COMPLETE);
        }
        all.forEach(where -> texts.add(ALL + ' ' + where));
        entries.forEach(entry -> texts.add(text(LACKS, entry)));
        if (isAlone) {
            texts.add(ALONE); // twice: were it lost to damage, the source would be asked again
        }
        file.rewrite(texts);
    }

    /** A line behind one that was written in part would be lost with it. */
    private void append(String text, boolean isSynced) throws IOException {
        if (file.isTorn()) {
            rewrite();
        } else {
            file.append(text, isSynced);
        }
    }

    void setNames(Names stores) throws IOException {
        lock.lock();
        try {
            if (!stores.equals(names)) {
                names = stores;
                rewrite();
            }
        } finally {
            lock.unlock();
        }
    }

    /** From now on only the target is written. */
    void setAlone() throws IOException {
        lock.lock();
        try {
            isAlone = true;
            rewrite();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Notes, durably, that a store lacks something.
     *
     * @throws StoreUnavailable when that cannot be noted: what was to be written is not
     *     acknowledged
     */
    void add(Entry entry) {
        lock.lock();
        try {
            // where nobody knows which store is right, what is missed now is the one thing known
            boolean isByName = entries.size() < max && all.containsAll(EVERYWHERE);
            if (all.contains(entry.where()) && !isByName) {
                unnamed++;
                return;
            }
            if (!entries.add(entry) && !file.isTorn()) {
                return;
            }
            if (entries.size() > max) {
                all.add(entry.where());
                entries.removeIf(it -> it.where() == entry.where());
                append(ALL + ' ' + entry.where(), true);
            } else {
                append(text(LACKS, entry), true);
            }
        } catch (IOException e) {
            throw cannotBeNoted();
        } finally {
            lock.unlock();
        }
    }

    /** The store has it again. Not synced: at worst it is brought to the store once more. */
    void remove(Entry entry) {
        try {
            remove(entry, false);
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": cannot be written", e);
        }
    }

    /** The store has it again, and newer: what the other has must never be brought to it. */
    void settle(Entry entry) {
        try {
            remove(entry, true);
        } catch (IOException e) {
            throw cannotBeNoted();
        }
    }

    private void remove(Entry entry, boolean isSynced) throws IOException {
        lock.lock();
        try {
            if (entries.remove(entry)) {
                append(text(HAS, entry), isSynced);
            }
        } finally {
            lock.unlock();
        }
    }

    private static StoreUnavailable cannotBeNoted() {
        return new StoreUnavailable(
                "one of the two failed, and that cannot be noted at the moment");
    }

    /** How often a store missed something that was not noted by name, because all of it counts. */
    long unnamed() {
        return locked(() -> unnamed);
    }

    /**
     * Both stores were compared whole, and nothing is lacking but the entries.
     *
     * @param before what {@link #unnamed} was before; when it is more now, that has to be done
     *     again
     * @return false then
     */
    boolean complete(long before) throws IOException {
        lock.lock();
        try {
            if (unnamed != before) {
                return false;
            }
            isComplete = true;
            all.clear();
            rewrite();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** True when it is noted by name. */
    boolean isNoted(Entry entry) {
        return locked(() -> entries.contains(entry));
    }

    boolean isAllLacking(Where where) {
        return locked(() -> all.contains(where));
    }

    /** True when nobody knows which of the stores has the newer of anything. */
    boolean isAllInDoubt() {
        return locked(() -> all.containsAll(EVERYWHERE));
    }

    /** True when there is something that the store must not be asked for. */
    boolean isAnyLacking(Where where) {
        return isAllLacking(where) || lacking(where) > 0;
    }

    /** How many things that store lacks by name. */
    int lacking(Where where) {
        return locked(() -> (int) entries.stream().filter(entry -> entry.where() == where).count());
    }

    /**
     * True when the store must not be asked for it. Where both lack all, either may have it: then
     * only what is noted by name is known to be missing. What the other lacks by name this one has.
     */
    boolean isLacking(Entry entry) {
        return locked(() -> entries.contains(entry) || isOneOfAll(entry));
    }

    private boolean isOneOfAll(Entry entry) {
        return all.contains(entry.where())
                && !all.containsAll(EVERYWHERE)
                && !entries.contains(entry.inOther());
    }

    /** True once everything was copied. */
    boolean isComplete() {
        return locked(() -> isComplete && all.isEmpty());
    }

    /** Lets the others go first. */
    void postpone(Entry entry) {
        lock.lock();
        try {
            if (entries.remove(entry)) {
                entries.add(entry);
            }
        } finally {
            lock.unlock();
        }
    }

    /** True when the target has everything but what it lacks by name. */
    boolean isTargetFilled() {
        return locked(() -> isComplete && !all.contains(Where.TARGET));
    }

    List<Entry> some(int limit) {
        return locked(() -> new ArrayList<>(entries).subList(0, Math.min(limit, entries.size())));
    }

    int size() {
        return locked(() -> entries.size());
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
