package io.erlmcp.dispatch;

import io.erlmcp.json.JsonObject;
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

    /**
     * As {@link #ask}, for a task whose result this call waits for.
     *
     * @throws io.erlmcp.protocol.McpException when the client refuses, or cannot be asked
     */
    default Map<String, InputResponse> askFor(String taskId, Map<String, InputRequest> questions)
            throws InterruptedException {
        throw new IllegalStateException("this call brings no questions of a task");
    }

    /**
     * What was answered and kept in the rounds of a call.
     *
     * @param answers by the keys of the questions, as they came
     * @param kept the values of {@link #once}
     */
    record Answered(JsonObject answers, JsonObject kept) {
        static final Answered NOTHING = new Answered(JsonObject.EMPTY, JsonObject.EMPTY);
    }

    /** What a task that this call becomes begins with. */
    default Answered answered() {
        return Answered.NOTHING;
    }

    /** The value of {@code work}, computed once in the life of the call. */
    <T> T once(String key, Class<T> type, Supplier<T> work);
}
