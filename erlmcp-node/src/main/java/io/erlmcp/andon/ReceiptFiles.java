package io.erlmcp.andon;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of receipts in a folder: {@code receipts-000001.jsonl}, one receipt a line. */
final class ReceiptFiles {
    private static final String PREFIX = "receipts-";
    private static final String SUFFIX = ".jsonl";
    private static final int DIGITS = 6;

    /** Longest line that is read; a receipt is far shorter. */
    private static final int MAX_LINE = 1 << 20;

    private static final int BUFFER = 64 << 10;

    private ReceiptFiles() {}

    static Path path(Path folder, long file) {
        String number = Long.toString(file);
        String zeros = "0".repeat(Math.max(0, DIGITS - number.length()));
        return folder.resolve(PREFIX + zeros + number + SUFFIX);
    }

    static Path head(Path folder) {
        return folder.resolve("receipts.head");
    }

    /** The numbers of the files that are there, in order. */
    static List<Long> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("receipts-[0-9]{6,15}\\.jsonl"))
                    .map(name -> name.substring(PREFIX.length(), name.length() - SUFFIX.length()))
                    .map(Long::parseLong)
                    .sorted()
                    .toList();
        }
    }

    /**
     * A line of a file.
     *
     * @param text without its end
     * @param number from 1
     * @param offset where it begins
     * @param bytes how long it is
     * @param isWhole false for one that has no end
     */
    record Line(String text, int number, long offset, int bytes, boolean isWhole) {}

    /** Reads a file line by line. */
    static void lines(Path file, Consumer<Line> reader) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
            long offset = 0;
            int number = 1;
            Line line = next(file, in, number, offset);
            while (line != null) {
                reader.accept(line);
                offset += line.bytes() + 1;
                line = next(file, in, ++number, offset);
            }
        }
    }

    /** Null at the end of the file. */
    private static @Nullable Line next(Path file, InputStream in, int number, long offset)
            throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        if (next < 0) {
            return null;
        }
        while (next >= 0 && next != '\n') {
            if (line.size() >= MAX_LINE) {
                throw new IOException(file + ": a line is longer than " + MAX_LINE + " bytes");
            }
            line.write(next);
            next = in.read();
        }
        return new Line(text(line), number, offset, line.size(), next == '\n');
    }

    private static String text(ByteArrayOutputStream line) {
        return line.toString(StandardCharsets.UTF_8);
    }
}
