package io.erlmcp.transport;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Cuts a byte stream into lines of bounded length, ended by LF or CRLF. Not thread-safe. */
public final class ByteLines {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int KEEP_BYTES = 64 * 1024;

    private final InputStream in;
    private final int maxBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;
    private ByteArrayOutputStream line = new ByteArrayOutputStream();
    private boolean skipped;
    private boolean tooLong;

    public ByteLines(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /**
     * The next line without its end, or null at the end of the stream; a last line without an end
     * counts. Of a line that is too long the rest is skipped, and {@link #wasTooLong} says so.
     */
    public byte @Nullable [] next() throws IOException {
        startLine();
        while (true) {
            if (at == end && !fill()) {
                return line.size() == 0 ? null : take();
            }
            int lf = indexOfLineFeed();
            append(lf < 0 ? end : lf);
            if (lf >= 0) {
                at = lf + 1;
                return take();
            }
        }
    }

    /** Whether the line just returned was cut because it was over the limit. */
    public boolean wasTooLong() {
        return tooLong;
    }

    private void startLine() {
        tooLong = false;
        skipped = false;
        if (line.size() > KEEP_BYTES) {
            line = new ByteArrayOutputStream();
        } else {
            line.reset();
        }
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }

    private int indexOfLineFeed() {
        for (int i = at; i < end; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private void append(int to) {
        int room = maxBytes + 1 - line.size();
        int length = Math.max(0, Math.min(to - at, room));
        line.write(buffer, at, length);
        skipped |= length < to - at;
        at = to;
    }

    private byte[] take() {
        byte[] bytes = line.toByteArray();
        int length = bytes.length;
        if (!skipped && length > 0 && bytes[length - 1] == '\r') {
            length--;
        }
        if (length > maxBytes) {
            tooLong = true;
            length = maxBytes;
        }
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
}
