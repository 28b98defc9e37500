package io.erlmcp.transport;

import io.erlmcp.rpc.RequestId;
import java.util.Optional;

/**
 * The client's end of a path to one server. Thread-safe. What arrives goes to the {@link
 * ClientReceiver} given to {@link #open}; every failure is a {@link TransportException}.
 */
public interface ClientTransport extends AutoCloseable {
    /** A name for logs and threads, such as {@code stdio} or {@code http://127.0.0.1:8080/mcp}. */
    String name();

    /**
     * Whether all messages share one path in both directions (stdio, in memory). Where they do not
     * (HTTP), each request has a stream of its own, messages carry headers, and leaving the stream
     * is how a modern request is cancelled.
     */
    boolean isDuplex();

    /**
     * Whether the modern era exists on this path; false only where a transport is older than it.
     */
    default boolean hasModernEra() {
        return true;
    }

    /**
     * Whether the server can be heard now without being asked first; false where only answers
     * arrive.
     */
    boolean hearsServer();

    /** Starts the path; called once. Returns when messages can be sent. */
    void open(ClientReceiver receiver);

    /**
     * Sends one message. For a request it returns at once, and the answer or {@link
     * ClientReceiver#failed} follows; a notification or an answer is with the server, or in its
     * order behind earlier messages, when this returns.
     */
    void send(OutgoingMessage message);

    /**
     * Nobody waits for the answer of this request any more: closes its stream where it has one of
     * its own.
     */
    void abandon(RequestId id);

    /** The legacy handshake settled on a version; what is sent from now on says so. */
    void negotiated(String protocolVersion);

    /**
     * The legacy handshake is over: opens what the server may be heard on, where that needs
     * opening.
     */
    void listen();

    /**
     * Forgets the server's state and starts afresh: a session is dropped, a child process replaced.
     * What was pending may be lost without a word.
     */
    void restart();

    /**
     * How to make a path again that was lost, without being asked by a request; empty where that is
     * not worth it.
     */
    default Optional<Backoff> recovery() {
        return Optional.empty();
    }

    /** Ends the path in an orderly way, within seconds; nothing is heard afterwards. */
    @Override
    void close();
}
