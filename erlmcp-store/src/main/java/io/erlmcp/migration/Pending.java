package io.erlmcp.migration;

import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;

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
        @Override
        public String toString() {
            return "Entry[" + where + ", " + kind + ']';
        }
    }

    /** Written when there is nothing to say but how it stands. */
    private static final String COMPLETE = "complete";

    private static final String ALL = "all";
    private static final String LACKS = "lacks";
    private static final String HAS = "has";

    private final Path file;
    private final int max;

    /** Guards everything below, and the file. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Set<Entry> entries = new LinkedHashSet<>();
    private final Set<Where> all = EnumSet.noneOf(Where.class);
    private boolean isComplete;
    private long unnamed;
    private FileChannel channel;

    private Pending(Path file, int max) throws IOException {
        this.file = file;
        this.max = max;
        if (Files.exists(file)) {
            read();
        }
        this.channel = rewrite();
    }

    /**
     * @throws IOException when the file cannot be read or written
     */
    static Pending open(Path file, int max) throws IOException {
        return new Pending(file, max);
    }

    /** How a migration stood when its node ended. */
    record Standing(boolean isComplete, int targetLacks, boolean targetLacksAll) {}

    /** Looks at the file of a migration that is not open. */
    static Standing standing(Path file) throws IOException {
        try (Pending pending = open(file, Integer.MAX_VALUE)) {
            int lacks =
                    (int)
                            pending.entries.stream()
                                    .filter(entry -> entry.where() == Where.TARGET)
                                    .count();
            return new Standing(pending.isComplete, lacks, pending.all.contains(Where.TARGET));
        }
    }

    private void read() throws IOException {
        for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
            String[] words = line.split(" ");
            if (words.length < 2 || !words[0].equals(checksum(line.substring(words[0].length())))) {
                // A torn end is a note of what was not acknowledged; elsewhere something is lost.
                all.addAll(EnumSet.allOf(Where.class));
                isComplete = false;
                return;
            }
            apply(words);
        }
    }

    private void apply(String[] words) {
        switch (words[1]) {
            case COMPLETE -> {
                isComplete = true;
                all.clear();
            }
            case ALL -> all.add(Where.valueOf(words[2]));
            case LACKS -> entries.add(entry(words));
            case HAS -> entries.remove(entry(words));
            default -> throw new IllegalStateException(file + ": unknown word " + words[1]);
        }
    }

    private static Entry entry(String[] words) {
        byte[] id = words.length > 4 ? Base64.getUrlDecoder().decode(words[4]) : new byte[0];
        return new Entry(
                Where.valueOf(words[2]),
                Kind.valueOf(words[3]),
                new String(id, StandardCharsets.UTF_8));
    }

    private static String line(String text) {
        return checksum(' ' + text) + ' ' + text + '\n';
    }

    private static String line(String word, Entry entry) {
        String id =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(entry.id().getBytes(StandardCharsets.UTF_8));
        return line(word + ' ' + entry.where() + ' ' + entry.kind() + ' ' + id);
    }

    private static String checksum(String text) {
        CRC32C sum = new CRC32C();
        sum.update(text.getBytes(StandardCharsets.US_ASCII));
        return Long.toHexString(sum.getValue());
    }

    /** Writes the file anew, without what is made up for. */
    private FileChannel rewrite() throws IOException {
        StringBuilder lines = new StringBuilder();
        lines.append(isComplete ? line(COMPLETE) : "");
        all.forEach(where -> lines.append(line(ALL + ' ' + where)));
        entries.forEach(entry -> lines.append(line(LACKS, entry)));
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.deleteIfExists(next);
        Files.createFile(
                next,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        FileChannel written = FileChannel.open(next, StandardOpenOption.WRITE);
        written.write(ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.US_ASCII)));
        written.force(true);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent())) {
            folder.force(true);
        }
        return written;
    }

    private void append(String line, boolean isSynced) throws IOException {
        channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII)));
        if (isSynced) {
            channel.force(false);
        }
    }

    /**
     * Notes, durably, that a store lacks something.
     *
     * @throws McpException when that cannot be noted: what was to be written is not acknowledged
     */
    void add(Entry entry) {
        lock.lock();
        try {
            if (all.contains(entry.where())) {
                unnamed++;
                return;
            }
            if (!entries.add(entry)) {
                return;
            }
            if (entries.size() > max) {
                all.add(entry.where());
                entries.removeIf(it -> it.where() == entry.where());
                append(line(ALL + ' ' + entry.where()), true);
            } else {
                append(line(LACKS, entry), true);
            }
        } catch (IOException e) {
            throw new McpException(
                    ErrorCode.OVERLOADED,
                    "Overloaded: a store failed, and that cannot be noted at the moment");
        } finally {
            lock.unlock();
        }
    }

    /** The store has it again. Not synced: at worst it is brought to the store once more. */
    void remove(Entry entry) {
        lock.lock();
        try {
            if (entries.remove(entry)) {
                append(line(HAS, entry), false);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": cannot be written", e);
        } finally {
            lock.unlock();
        }
    }

    /** How often a store missed something that was not noted by name, because all of it counts. */
    long unnamed() {
        lock.lock();
        try {
            return unnamed;
        } finally {
            lock.unlock();
        }
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
            channel.close();
            channel = rewrite();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** True when it is noted by name. */
    boolean isNoted(Entry entry) {
        lock.lock();
        try {
            return entries.contains(entry);
        } finally {
            lock.unlock();
        }
    }

    boolean isAllLacking(Where where) {
        lock.lock();
        try {
            return all.contains(where);
        } finally {
            lock.unlock();
        }
    }

    /** True when there is something that the store must not be asked for. */
    boolean isAnyLacking(Where where) {
        lock.lock();
        try {
            return all.contains(where)
                    || entries.stream().anyMatch(entry -> entry.where() == where);
        } finally {
            lock.unlock();
        }
    }

    /** True when the store must not be asked for it. */
    boolean isLacking(Entry entry) {
        lock.lock();
        try {
            return all.contains(entry.where()) || entries.contains(entry);
        } finally {
            lock.unlock();
        }
    }

    /** True once everything was copied. */
    boolean isComplete() {
        lock.lock();
        try {
            return isComplete && all.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    List<Entry> some(int limit) {
        lock.lock();
        try {
            return new ArrayList<>(entries).subList(0, Math.min(limit, entries.size()));
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
