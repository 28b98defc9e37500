package io.erlmcp.transport;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads newline-delimited messages of bounded length. Not thread-safe; used by one reader thread.
 *
 * <p>A line over the limit is skipped to its end and reported, so that one bad message does not end
 * the stream.
 */
final class LineReader {
    private static final int CHUNK_BYTES = 64 * 1024;

    /** One line: its bytes without the line break, or what was wrong with it. */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
    record Line(byte[] bytes, boolean isTooLong) {}

    private static final Line TOO_LONG = new Line(new byte[0], true);

    private final InputStream in;
    private final int maxLineBytes;
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private int next;
    private int end;

    /** The line break that was found last. */
    private int newlineAt = -1;

    LineReader(InputStream in, int maxLineBytes) {
        this.in = in;
        this.maxLineBytes = maxLineBytes;
    }

    /**
     * The next line, or null at the end of input; what stands behind the last line break is a line
     * too.
     */
    @Nullable Line read() throws IOException {
        byte[] line = {};
        int length = 0;
        boolean tooLong = false;
        while (true) {
            if (next == end && !fill()) {
                return length == 0 && !tooLong ? null : line(line, length, tooLong);
            }
            int stop = indexOfNewline();
            int count = (stop < 0 ? end : stop) - next;
            // A carriage return before the line break does not count.
            if (!tooLong && length + count > maxLineBytes + 1L) {
                tooLong = true;
            }
            if (!tooLong) {
                if (length + count > line.length) {
                    line =
                            Arrays.copyOf(
                                    line,
                                    stop < 0
                                            ? Math.max(2 * line.length, length + count)
                                            : length + count);
                }
                System.arraycopy(chunk, next, line, length, count);
                length += count;
            }
            next += count;
            if (stop >= 0) {
                next++;
                return line(line, length, tooLong);
            }
        }
    }

    /** Whether the next line is here already, so that {@link #read} will not wait. */
    boolean hasLine() {
        return indexOfNewline() >= 0;
    }

    private Line line(byte[] line, int length, boolean tooLong) {
        int trimmed = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
        if (tooLong || trimmed > maxLineBytes) {
            return TOO_LONG;
        }
        return new Line(trimmed == line.length ? line : Arrays.copyOf(line, trimmed), false);
    }

    private int indexOfNewline() {
        if (newlineAt >= next) {
            return newlineAt;
        }
        for (int i = next; i < end; i++) {
            if (chunk[i] == '\n') {
                newlineAt = i;
                return i;
            }
        }
        return -1;
    }

    private boolean fill() throws IOException {
        next = 0;
        newlineAt = -1;
        end = Math.max(0, in.read(chunk));
        return end > 0;
    }
}
