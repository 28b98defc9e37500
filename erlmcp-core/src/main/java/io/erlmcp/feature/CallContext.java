package io.erlmcp.feature;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.CreateMessageResult;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Root;
import io.erlmcp.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call of user code: who calls, how to report, ask, and stop. Valid until the handler returns;
 * all methods are safe from any thread, but {@link #ask} and its kin belong to the handler's own.
 *
 * <p><b>Asking the user works in both eras.</b> Every question has a key. In the legacy era a
 * question is a live request and the handler waits. In the modern era the handler is stopped at its
 * first unanswered question and run again from the start when the client brings the answers;
 * questions already answered return at once. So whatever stands before a question may run several
 * times: wrap what must not in {@link #once}. A handler must not catch {@code Throwable} around a
 * question.
 */
public interface CallContext {
    /**
     * Tells the caller how far the work is; does nothing if it did not ask. {@code progress} must
     * increase.
     */
    void progress(double progress, @Nullable Double total, @Nullable String message);

    /** Sends a log message to the client, if its level lets it through. */
    void log(LogLevel level, @Nullable String logger, JsonValue data);

    default void log(LogLevel level, String message) {
        log(level, null, JsonValue.of(message));
    }

    /**
     * True once the caller gave up or left; the handler's thread is interrupted at the same time.
     */
    boolean isCancelled();

    /**
     * Time left before the deadline; stops while a question is open. Empty when the call has none.
     */
    Optional<Duration> timeLeft();

    Principal principal();

    Peer peer();

    /** The request's {@code _meta}, with trace context and whatever else the client sent. */
    RequestMeta meta();

    /**
     * Asks several questions at once and waits for all answers, at most 5 minutes unless
     * configured.
     *
     * @throws io.erlmcp.protocol.McpException when the client does not offer what a question needs
     *     (-32021 in the modern era), or did not answer in time
     */
    Map<String, InputResponse> ask(Map<String, InputRequest> questions);

    /** Asks the user to fill a form; {@code schema} is an object schema of flat primitives. */
    ElicitResult elicit(String key, String message, JsonObject schema);

    /** Asks the user to open a page. */
    ElicitResult elicitUrl(String key, String message, String url);

    /** Asks the client's model. */
    CreateMessageResult sample(String key, CreateMessage request);

    /** Asks for the client's roots. */
    List<Root> roots(String key);

    /**
     * The value of {@code work}, computed once for this call and kept across its rounds of
     * questions. A round that is lost on its way to the client computes it again.
     */
    <T> T once(String key, Class<T> type, Supplier<T> work);

    /**
     * Lets go of the client's connection during a long call where the client can come back for the
     * rest: peers of 2025-11-25 over HTTP reconnect after {@code retryAfter} and miss nothing. Does
     * nothing elsewhere.
     */
    default void releaseConnection(Duration retryAfter) {}

    /**
     * From here on the call may outlive its request: where the tool supports tasks and the client
     * takes them, the client is answered at once, and the handler is run again from the start as a
     * task, with the answers that it had until here. Does nothing in a call that is a task already,
     * or cannot be one. Only for tools declared {@link ToolSpec#beginsTaskItself}; the others are
     * tasks from their first line.
     *
     * <p>In a task, progress is the task's status message, questions wait until the client asks for
     * them, and {@link #timeLeft} is what is left of the time for which it is kept.
     */
    default void continueAsTask() {}

    /**
     * What is kept with the session of this call; empty where there is none, in the modern era.
     * Over TCP and WebSocket the connection is the session, and what is kept goes with it.
     */
    default Optional<SessionMetadata> sessionMetadata() {
        return Optional.empty();
    }

    /** Small state that outlives the call; durable where the node's store is. */
    KeyValueStore store();
}
