package io.erlmcp.andon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads all receipts of a folder and compares every link: what was changed, taken out of the
 * middle, put in, or cut off the end is found. Changes nothing; a node may be running.
 */
public final class ReceiptCheck {
    private static final int MAX_PROBLEMS = 100;

    private final Path folder;
    private final Consumer<Receipt> reader;
    private final List<String> problems = new ArrayList<>();
    private ReceiptHead head = ReceiptHead.START;
    private long count;
    private long last;
    private String lastHash = Receipt.GENESIS;
    private boolean hasHead;
    private boolean isHeadMet;
    private long tornBytes;

    private ReceiptCheck(Path folder, Consumer<Receipt> reader) {
        this.folder = folder;
        this.reader = reader;
    }

    /**
     * What was found.
     *
     * @param receipts that could be read
     * @param first the number of the oldest that is kept; older ones were dropped by the bound
     * @param last the number of the newest
     * @param lastHash its hash: noted elsewhere, it proves all that came before
     * @param tornBytes of a last line that was not finished, as after a power cut: no damage
     * @param problems in words, 100 at most
     */
    public record Found(
            long receipts,
            long first,
            long last,
            String lastHash,
            long tornBytes,
            List<String> problems) {
        public Found {
            problems = List.copyOf(problems);
        }

        public boolean isWhole() {
            return problems.isEmpty();
        }
    }

    /** Checks the receipts in {@code folder}. */
    public static Found check(Path folder) throws IOException {
        return check(folder, receipt -> {});
    }

    /** Checks the receipts in {@code folder}, and gives each that can be read to {@code reader}. */
    public static Found check(Path folder, Consumer<Receipt> reader) throws IOException {
        return new ReceiptCheck(folder, reader).run();
    }

    private Found run() throws IOException {
        List<Long> files = ReceiptFiles.list(folder);
        readHead(files);
        last = head.firstNumber() - 1;
        lastHash = head.firstPrevious();
        isHeadMet = head.lastNumber() == 0;
        long expected = head.firstFile();
        for (long file : files) {
            if (file < head.firstFile()) {
                continue; // dropped by the bound, but not yet gone
            }
            if (file != expected) {
                problem(ReceiptFiles.path(folder, expected) + ": is missing");
            }
            expected = file + 1;
            boolean isNewest = file == files.getLast();
            Path path = ReceiptFiles.path(folder, file);
            ReceiptFiles.lines(path, line -> line(path, line, isNewest));
        }
        if (hasHead && !isHeadMet) {
            problem(
                    "receipt "
                            + head.lastNumber()
                            + " was written and is not there: the end was cut off or changed");
        }
        return new Found(count, head.firstNumber(), last, lastHash, tornBytes, problems);
    }

    private void readHead(List<Long> files) throws IOException {
        try {
            Optional<ReceiptHead> read = head(folder);
            hasHead = read.isPresent();
            head = read.orElse(ReceiptHead.START);
            if (!hasHead && !files.isEmpty()) {
                problem(ReceiptFiles.head(folder) + ": is missing");
            }
        } catch (WholeFile.Damaged e) {
            problem(String.valueOf(e.getMessage()));
        }
    }

    static Optional<ReceiptHead> head(Path folder) throws IOException {
        var json = new WholeFile(ReceiptFiles.head(folder), ReceiptLog.SCHEMA, Disk.REAL).read();
        return json.isPresent() ? Optional.of(ReceiptHead.of(json.get())) : Optional.empty();
    }

    private void line(Path path, ReceiptFiles.Line line, boolean isNewest) {
        String where = path.getFileName() + " line " + line.number() + ": ";
        Receipt receipt;
        try {
            receipt = Receipt.read(line.text());
        } catch (IllegalArgumentException e) {
            if (!line.isWhole() && isNewest && isHeadMet) {
                tornBytes = line.bytes();
            } else {
                problem(where + e.getMessage());
            }
            return;
        }
        if (receipt.number() != last + 1) {
            problem(where + "has number " + receipt.number() + " after " + last);
        }
        if (!receipt.previous().equals(lastHash)) {
            problem(where + "does not follow what is before it");
        }
        if (receipt.number() == head.lastNumber()) {
            isHeadMet = receipt.hash().equals(head.lastHash());
        }
        last = receipt.number();
        lastHash = receipt.hash();
        count++;
        reader.accept(receipt);
    }

    private void problem(String what) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(what);
        }
    }

    /** Where a node with this data folder keeps its receipts. */
    public static Path folder(Path dataFolder) throws IOException {
        Path inside = dataFolder.resolve(Andon.FOLDER);
        if (!Files.isDirectory(inside)) {
            throw new IOException(inside + ": there is no such folder");
        }
        return inside;
    }
}
