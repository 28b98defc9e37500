package io.erlmcp.transport;

import io.erlmcp.rpc.SharedBytes;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An open server-sent event stream; bounded and thread-safe as {@link Connection} is. Keep-alives
 * are the transport's.
 */
public interface EventStream {
    /**
     * Sends one event; never blocks. Does nothing when the stream is closed.
     *
     * @param id the event's id, or null for none; must not hold line breaks
     * @param data one line of UTF-8, or empty (a priming event)
     */
    void send(@Nullable String id, byte[] data, int offset, int length);

    /**
     * As the other, of data that goes to many streams: {@code begin} is held without a copy, {@code
     * end} is this stream's own. Neither holds a line break.
     */
    default void share(@Nullable String id, SharedBytes begin, byte[] end) {
        byte[] whole = Arrays.copyOf(begin.bytes(), begin.length() + end.length);
        System.arraycopy(end, 0, whole, begin.length(), end.length);
        send(id, whole, 0, whole.length);
    }

    /**
     * Sends an event of another type than {@code message}, without an id.
     *
     * @param data one line of UTF-8
     */
    void send(String type, byte[] data);

    /** Tells the client how long to wait before it reconnects. */
    void retry(Duration delay);

    /** As {@link Connection#awaitWritable}. */
    boolean awaitWritable(Duration limit) throws InterruptedException;

    boolean isOpen();

    /** Sends what is queued, then ends the response. */
    void close();
}
