package io.erlmcp.migration;

import java.io.IOException;
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
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines, each with its checksum, that is written anew or at its end. Not thread-safe: its
 * owner's.
 */
final class NotesFile implements AutoCloseable {
    /**
     * What stands in a file.
     *
     * @param lines without their checksums, as words
     * @param isDamaged a line is not what was written; it is not among {@code lines}
     */
    record Read(List<List<String>> lines, boolean isDamaged) {}

    private final Path file;
    private @Nullable FileChannel channel;

    /** What was written last may be there in part: nothing may follow it. */
    private boolean isTorn;

    NotesFile(Path file) {
        this.file = file;
    }

    /**
     * Reads the file. An end without its line break is a note that was not acknowledged, because
     * the process or the machine died in it; it is left out.
     */
    static Read read(Path file) throws IOException {
        // no byte is malformed here: what is not what was written shows in the checksum
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        List<List<String>> lines = new ArrayList<>();
        boolean isDamaged = false;
        int end = text.indexOf('\n');
        for (int start = 0; end >= 0; start = end + 1, end = text.indexOf('\n', start)) {
            String line = text.substring(start, end);
            int space = line.indexOf(' ');
            if (space > 0 && line.substring(0, space).equals(checksum(line.substring(space)))) {
                lines.add(List.of(line.substring(space + 1).split(" ")));
            } else {
                isDamaged = true;
            }
        }
        return new Read(lines, isDamaged);
    }

    private static String line(String text) {
        return checksum(' ' + text) + ' ' + text + '\n';
    }

    private static String checksum(String text) {
        CRC32C sum = new CRC32C();
        sum.update(text.getBytes(StandardCharsets.ISO_8859_1));
        return Long.toHexString(sum.getValue());
    }

    /** Any text as a word of a line. */
    static String word(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The text of such a word. */
    static String text(String word) {
        return new String(Base64.getUrlDecoder().decode(word), StandardCharsets.UTF_8);
    }

    /** True when nothing can be appended until the file was written anew. */
    boolean isTorn() {
        return isTorn;
    }

    /** Puts a file of these lines in the place of the one that is there, durably. */
    void rewrite(List<String> texts) throws IOException {
        StringBuilder lines = new StringBuilder();
        texts.forEach(text -> lines.append(line(text)));
        Path next = file.resolveSibling(file.getFileName() + ".next");
        Files.deleteIfExists(next);
        Files.createFile(
                next,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        FileChannel written = FileChannel.open(next, StandardOpenOption.WRITE);
        boolean isDone = false;
        try {
            write(written, lines.toString());
            written.force(true);
            Files.move(
                    next,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            isDone = true;
        } finally {
            if (!isDone) {
                written.close();
            }
        }
        close();
        channel = written;
        isTorn = true; // until the new name lasts
        try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent())) {
            folder.force(true);
        }
        isTorn = false;
    }

    /** Writes one more line; the file must have been written by this process, and not be torn. */
    void append(String text, boolean isSynced) throws IOException {
        FileChannel open = channel;
        if (open == null || isTorn) {
            throw new IOException(file + ": has to be written anew first");
        }
        isTorn = true;
        write(open, line(text));
        if (isSynced) {
            open.force(false);
        }
        isTorn = false;
    }

    private static void write(FileChannel to, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }
}
