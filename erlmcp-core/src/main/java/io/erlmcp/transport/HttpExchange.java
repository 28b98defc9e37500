package io.erlmcp.transport;

import io.erlmcp.runtime.Threads;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request with its body, and the way to answer it; free of any engine. Framing, size
 * limits, Host and Origin were checked by the transport. Exactly one of {@link #respond} and {@link
 * #openStream} is called, once, from any thread; the transport owns time-outs towards the peer.
 */
public interface HttpExchange {
    /** {@code GET}, {@code POST}, ... */
    String method();

    /** The path, without the query. */
    String path();

    /** The query without {@code ?}, or null. */
    @Nullable String query();

    /**
     * A header's value with surrounding blanks removed; {@code name} in any case. Null when absent.
     */
    @Nullable String header(String name);

    /** All values of a header. */
    List<String> headers(String name);

    /** Names of all headers, lower case. */
    List<String> headerNames();

    /** The body; belongs to the reader. Empty where there is none. */
    byte[] body();

    PeerEvidence evidence();

    /**
     * Answers at once.
     *
     * @param headers names and values in turn; Content-Length, Date and Connection are the
     *     transport's
     */
    void respond(int status, List<String> headers, byte[] buffer, int offset, int length);

    default void respond(int status, List<String> headers, byte[] body) {
        respond(status, headers, body, 0, body.length);
    }

    default void respond(int status) {
        respond(status, List.of(), new byte[0]);
    }

    /** Opens a server-sent event stream (status 200) with additional {@code headers}. */
    EventStream openStream(List<String> headers);

    /**
     * Runs {@code action} once if the peer leaves before the answer is complete; on the event loop,
     * must not block.
     */
    void onDisconnect(Runnable action);

    /**
     * Runs {@code work} on a virtual thread of its own, now or when the transport has read what
     * came with it.
     */
    default void start(String name, Runnable work) {
        Threads.startVirtual(name, work);
    }
}
