package io.erlmcp.dispatch;

import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import java.util.Map;
import java.util.function.Supplier;

/**
 * How a call asks its client: live requests in the legacy era (implemented by the session layer),
 * replay in the modern one ({@link ReplayQuestions}).
 */
public interface Questions {
    /** Waits for the answers, or stops the handler by throwing {@link InputNeeded}. */
    Map<String, InputResponse> ask(Map<String, InputRequest> questions) throws InterruptedException;

    /** The value of {@code work}, computed once in the life of the call. */
    <T> T once(String key, Class<T> type, Supplier<T> work);
}
