/*
 * This class does I/O while it holds its lock: the order of the lines is what the lock guards. Writers are operators
 * and rare decisions of the node, and nothing else waits for it.
 */
package io.erlmcp.andon;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Receipts in a folder, each synced before it counts, with a head beside them that tells where they
 * end.
 *
 * <p>Process model: no thread; writers take turns. Opened and closed by its owner, one process at a
 * time: the data folder is locked.
 */
public final class ReceiptLog implements Receipts {
    static final int SCHEMA = 1;

    /** The detail that ties a receipt to a change of the board. */
    static final String REVISION = "revision";

    private static final byte[] NEW_LINE = {'\n'};

    private final @Nullable Path folder;
    private final AndonLimits.ReceiptBounds bounds;
    private final Disk disk;
    private final Time time;
    private final Observer observer;

    /** Guards the end of the chain, in memory and on the disk. */
    private final ReentrantLock turn = new ReentrantLock();

    private ReceiptHead head = ReceiptHead.START;
    private long file = 1;
    private long size;
    private boolean isEndUnsure;
    private long revision = -1;

    /** The last receipt that an earlier run left. */
    private long lastEarlier;

    private ReceiptLog(
            @Nullable Path folder,
            AndonLimits.ReceiptBounds bounds,
            Disk disk,
            Time time,
            Observer observer) {
        this.folder = folder;
        this.bounds = bounds;
        this.disk = disk;
        this.time = time;
        this.observer = observer;
    }

    /** Receipts that are only told to {@code observer}. */
    static ReceiptLog keepingNothing(Time time, Observer observer) {
        return new ReceiptLog(null, AndonLimits.DEFAULTS.receipts(), Disk.REAL, time, observer);
    }

    /**
     * Opens the receipts in {@code folder}. What is wrong with them is told and written down as a
     * receipt, and they go on in a new file.
     *
     * @throws IOException when the folder cannot be read or written
     */
    static ReceiptLog open(
            Path folder, AndonLimits.ReceiptBounds bounds, Disk disk, Time time, Observer observer)
            throws IOException {
        ReceiptLog log = new ReceiptLog(folder, bounds, disk, time, observer);
        log.recover(folder);
        return log;
    }

    private void recover(Path where) throws IOException {
        List<Long> files = ReceiptFiles.list(where);
        WholeFile headFile = headFile(where);
        headFile.removeLeftover();
        String problem = null;
        try {
            Optional<ReceiptHead> known = ReceiptCheck.head(where);
            head = known.orElse(ReceiptHead.START);
            if (known.isEmpty() && !files.isEmpty()) {
                problem = headFile.path() + ": is missing";
            }
        } catch (WholeFile.Damaged e) {
            problem = String.valueOf(e.getMessage());
            headFile.setAside(Long.toString(time.now().toEpochMilli()));
        }
        if (problem != null && !files.isEmpty()) {
            head = head.beginningAt(files.getFirst(), first(where, files.getFirst()));
        }
        for (long dropped : files) {
            if (dropped < head.firstFile()) {
                disk.delete(ReceiptFiles.path(where, dropped));
            }
        }
        Tail tail = tail(where, files);
        lastEarlier = tail.number();
        revision = tail.revision;
        if (problem == null) {
            problem = tail.problem;
        }
        if (tail.number() < head.lastNumber()) {
            problem =
                    "receipt "
                            + head.lastNumber()
                            + " was written and is not there, the last is "
                            + tail.number();
        } else if (tail.last != null) {
            head = head.endingWith(tail.last);
        }
        file = files.isEmpty() ? head.firstFile() : files.getLast();
        size = files.isEmpty() ? 0 : Files.size(ReceiptFiles.path(where, file));
        if (files.isEmpty() && problem == null && tail.number() == head.lastNumber()) {
            headFile.write(head.json()); // a head that is missing later was taken away
        }
        if (problem != null) {
            observer.on(new AndonEvent.Unreadable("receipts", problem));
            file++;
            size = 0;
            note("receipts.damaged", problem);
        } else if (tail.tornBytes > 0) {
            size = tail.tornOffset;
            disk.truncate(ReceiptFiles.path(where, file), size);
            note("receipts.torn", tail.tornBytes + " bytes of an unfinished receipt were cut off");
        } else if (tail.lacksEnd) {
            disk.append(ReceiptFiles.path(where, file), NEW_LINE);
            size++;
        }
    }

    /** Whether receipts are written down, not only told. */
    boolean isKeeping() {
        return folder != null;
    }

    private void note(String action, String problem) throws IOException {
        write("node", action, ComponentId.NODE, JsonObject.of("problem", problem));
    }

    /** What the newest file ends with. */
    private static final class Tail {
        private @Nullable Receipt last;
        private long revision = -1;
        private @Nullable String problem;
        private long tornOffset;
        private long tornBytes;
        private boolean lacksEnd;

        private void line(Path path, ReceiptFiles.Line line) {
            try {
                last = Receipt.read(line.text());
                lacksEnd = !line.isWhole();
                revision = last.details().integer(REVISION).orElse(revision);
            } catch (IllegalArgumentException e) {
                if (line.isWhole()) {
                    problem = path + " line " + line.number() + ": " + e.getMessage();
                } else {
                    tornOffset = line.offset();
                    tornBytes = line.bytes();
                }
            }
        }

        private long number() {
            return last == null ? 0 : last.number();
        }
    }

    private static Tail tail(Path where, List<Long> files) throws IOException {
        Tail tail = new Tail();
        for (int i = files.size() - 1; i >= 0 && tail.revision < 0; i--) {
            Path path = ReceiptFiles.path(where, files.get(i));
            Tail older = i == files.size() - 1 ? tail : new Tail();
            ReceiptFiles.lines(path, line -> older.line(path, line));
            tail.last = tail.last == null ? older.last : tail.last;
            tail.revision = older.revision;
        }
        return tail;
    }

    @Override
    public Receipt write(String who, String action, ComponentId component, JsonObject details)
            throws IOException {
        turn.lock();
        try {
            Receipt receipt =
                    Receipt.after(
                            head.lastNumber(),
                            head.lastHash(),
                            new Receipt.Draft(time.now(), who, action, component, details));
            if (folder != null) {
                append(folder, receipt);
            }
            head = head.endingWith(receipt);
            revision = details.integer(REVISION).orElse(revision);
            if (folder != null) {
                noteEnd(folder);
            }
            observer.on(new AndonEvent.ReceiptWritten(receipt));
            return receipt;
        } finally {
            turn.unlock();
        }
    }

    private void append(Path where, Receipt receipt) throws IOException {
        Path path = ReceiptFiles.path(where, file);
        if (isEndUnsure) {
            disk.truncate(path, size);
            isEndUnsure = false;
        }
        byte[] line = (receipt.line() + '\n').getBytes(StandardCharsets.UTF_8);
        boolean isNew = !Files.exists(path);
        isEndUnsure = !isNew;
        try {
            disk.append(path, line);
            if (isNew) {
                disk.syncFolder(where);
            }
        } catch (IOException e) {
            isEndUnsure = Files.exists(path);
            throw e;
        }
        isEndUnsure = false;
        size += line.length;
    }

    /** The receipt is there already: what goes wrong from here on is told, and tried again. */
    private void noteEnd(Path where) {
        try {
            headFile(where).write(head.json());
            if (size > bounds.maxFileBytes()) {
                file++;
                size = 0;
                dropOldest(where);
            }
        } catch (IOException e) {
            observer.on(new AndonEvent.NotKept("the head of the receipts", e.toString()));
        }
    }

    private void dropOldest(Path where) throws IOException {
        while (file - head.firstFile() >= bounds.maxFiles()) {
            long next = head.firstFile() + 1;
            long gone = head.firstFile();
            head = head.beginningAt(next, first(where, next));
            headFile(where).write(head.json());
            disk.delete(ReceiptFiles.path(where, gone));
            disk.syncFolder(where);
        }
    }

    /** The first receipt of a file that can be read. */
    private static Receipt first(Path where, long file) throws IOException {
        Path path = ReceiptFiles.path(where, file);
        Receipt[] first = new Receipt[1];
        ReceiptFiles.lines(
                path,
                line -> {
                    if (first[0] == null) {
                        first[0] = readable(line);
                    }
                });
        if (first[0] == null) {
            throw new IOException(path + ": has no receipt that can be read");
        }
        return first[0];
    }

    private static @Nullable Receipt readable(ReceiptFiles.Line line) {
        try {
            return Receipt.read(line.text());
        } catch (IllegalArgumentException damaged) {
            return null;
        }
    }

    private WholeFile headFile(Path where) {
        return new WholeFile(ReceiptFiles.head(where), SCHEMA, disk);
    }

    /**
     * The newest change of the board that has a receipt; -1 for none, and where the bound has
     * dropped it, {@link Long#MAX_VALUE}.
     */
    long revision() {
        turn.lock();
        try {
            return revision < 0 && head.firstNumber() > 1 ? Long.MAX_VALUE : revision;
        } finally {
            turn.unlock();
        }
    }

    /**
     * The newest receipts of some actions that earlier runs left, the oldest first; reads as many
     * files as it takes.
     *
     * @param most that many
     */
    public List<Receipt> earlier(Set<String> actions, int most) throws IOException {
        Path where = folder;
        if (where == null) {
            return List.of();
        }
        Deque<Receipt> found = new ArrayDeque<>();
        for (long each : ReceiptFiles.list(where).reversed()) {
            List<Receipt> here = new ArrayList<>();
            ReceiptFiles.lines(
                    ReceiptFiles.path(where, each),
                    line -> {
                        Receipt receipt = readable(line);
                        if (receipt != null
                                && receipt.number() <= lastEarlier
                                && actions.contains(receipt.action())) {
                            here.add(receipt);
                        }
                    });
            here.reversed().stream().limit(most - found.size()).forEach(found::addFirst);
            if (found.size() >= most) {
                break;
            }
        }
        return List.copyOf(found);
    }
}
