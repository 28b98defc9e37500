package io.erlmcp.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a server-sent event stream as the HTML standard describes it, with bounds. Lines end with
 * LF, CR or CRLF; an event without data only sets the last id. Not thread-safe.
 */
final class HttpClientEvents {
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int MAX_ID_LENGTH = 1_024;
    private static final int MAX_RETRY_DIGITS = 9;
    private static final byte[] BOM = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final InputStream in;
    private final int maxEventBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int at;
    private int end;
    private boolean lineFeedMayFollow;
    private boolean first = true;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private ByteArrayOutputStream data = new ByteArrayOutputStream();
    private boolean hasData;
    private String type = "";
    private @Nullable String nextId;
    private @Nullable String lastId;
    private @Nullable Duration retry;

    /** Written by the reader, read by whoever watches over it. */
    private volatile boolean commented;

    /**
     * @param lastId the id to go on from, where the stream continues another
     */
    HttpClientEvents(InputStream in, int maxEventBytes, @Nullable String lastId) {
        this.in = in;
        this.maxEventBytes = maxEventBytes;
        this.lastId = lastId;
        this.nextId = lastId;
    }

    /** An event with data; {@code type} is {@code message} where none was named. */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
    record Event(String type, byte[] data) {
        boolean isMessage() {
            return type.equals("message");
        }
    }

    /**
     * The data of the next message event, or null at the end of the stream; an event that is cut
     * off by the end does not count. Events of other types are skipped.
     *
     * @throws LimitExceeded when a line or an event is larger than allowed
     */
    byte @Nullable [] next() throws IOException {
        for (Event event = nextEvent(); event != null; event = nextEvent()) {
            if (event.isMessage()) {
                return event.data();
            }
        }
        return null;
    }

    /** As {@link #next}, of any type. */
    @Nullable Event nextEvent() throws IOException {
        while (readLine()) {
            byte[] text = line.toByteArray();
            if (text.length > 0) {
                field(text);
                continue;
            }
            Event event = dispatch();
            if (event != null) {
                return event;
            }
        }
        return null;
    }

    /** Whether the server shows with comments that it is there. */
    boolean hasComments() {
        return commented;
    }

    /** The id of the last event that was complete. */
    @Nullable String lastId() {
        return lastId;
    }

    /** How long the server wants clients to wait before they connect again. */
    @Nullable Duration retry() {
        return retry;
    }

    /** A server sent more than it may. */
    static final class LimitExceeded extends IOException {
        private static final long serialVersionUID = 1L;

        LimitExceeded(String message) {
            super(message);
        }
    }

    private @Nullable Event dispatch() {
        lastId = nextId;
        Event event =
                hasData && data.size() > 0
                        ? new Event(type.isEmpty() ? "message" : type, data.toByteArray())
                        : null;
        type = "";
        hasData = false;
        data = data.size() > BUFFER_BYTES ? new ByteArrayOutputStream() : reset(data);
        return event;
    }

    private static ByteArrayOutputStream reset(ByteArrayOutputStream bytes) {
        bytes.reset();
        return bytes;
    }

    private void field(byte[] text) throws IOException {
        int colon = 0;
        while (colon < text.length && text[colon] != ':') {
            colon++;
        }
        if (colon == 0) {
            commented = true;
            return;
        }
        String name = new String(text, 0, colon, StandardCharsets.UTF_8);
        int start = Math.min(text.length, colon + 1);
        if (start < text.length && text[start] == ' ') {
            start++;
        }
        switch (name) {
            case "data" -> addData(text, start);
            case "event" -> type = value(text, start);
            case "id" -> setId(value(text, start));
            case "retry" -> setRetry(value(text, start));
            default -> {}
        }
    }

    private static String value(byte[] text, int start) {
        return new String(text, start, text.length - start, StandardCharsets.UTF_8);
    }

    private void addData(byte[] text, int start) throws IOException {
        int separator = hasData ? 1 : 0;
        if (data.size() + separator + text.length - start > maxEventBytes) {
            throw new LimitExceeded("an event is larger than " + maxEventBytes + " bytes");
        }
        if (hasData) {
            data.write('\n');
        }
        data.write(text, start, text.length - start);
        hasData = true;
    }

    /** Ids that could not be sent back in a header are none. */
    private void setId(String id) {
        if (id.length() > MAX_ID_LENGTH) {
            return;
        }
        for (int i = 0; i < id.length(); i++) {
            if (id.charAt(i) < ' ' || id.charAt(i) > '~') {
                return;
            }
        }
        nextId = id.isEmpty() ? null : id;
    }

    private void setRetry(String digits) {
        boolean number = !digits.isEmpty() && digits.length() <= MAX_RETRY_DIGITS;
        for (int i = 0; i < digits.length(); i++) {
            number &= digits.charAt(i) >= '0' && digits.charAt(i) <= '9';
        }
        if (number) {
            retry = Duration.ofMillis(Long.parseLong(digits));
        }
    }

    /**
     * Reads the next line into {@code line}; false at the end of the stream, whatever was read
     * before it.
     */
    private boolean readLine() throws IOException {
        line.reset();
        while (true) {
            if (at == end && !fill()) {
                return false;
            }
            if (lineFeedMayFollow) {
                lineFeedMayFollow = false;
                if (buffer[at] == '\n') {
                    at++;
                    continue;
                }
            }
            int stop = at;
            while (stop < end && buffer[stop] != '\n' && buffer[stop] != '\r') {
                stop++;
            }
            append(stop);
            if (stop < end) {
                lineFeedMayFollow = buffer[stop] == '\r';
                at = stop + 1;
                skipByteOrderMark();
                return true;
            }
        }
    }

    private void append(int stop) throws IOException {
        // The name of the field stands before the data.
        if (line.size() + stop - at > maxEventBytes + "data: ".length()) {
            throw new LimitExceeded("a line is larger than " + maxEventBytes + " bytes");
        }
        line.write(buffer, at, stop - at);
        at = stop;
    }

    private void skipByteOrderMark() {
        if (first && line.size() >= BOM.length) {
            byte[] text = line.toByteArray();
            if (Arrays.equals(text, 0, BOM.length, BOM, 0, BOM.length)) {
                line.reset();
                line.write(text, BOM.length, text.length - BOM.length);
            }
        }
        first = false;
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }
}
