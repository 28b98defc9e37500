package io.erlmcp.client;

import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputRequired;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.McpException;
import io.erlmcp.transport.TransportException;
import io.erlmcp.wire.Retry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What happens between two rounds of one request: questions are answered, or a while passes. */
final class Rounds {
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(50);
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(2);

    /** The request in whose course the server asks. */
    record Asked(ClientRequest request, Deadline deadline, @Nullable QuestionHandler questions) {}

    private final Answers answers;
    private final int maxRounds;

    /** Open until the client closes. */
    private final CountDownLatch closing = new CountDownLatch(1);

    Rounds(Answers answers, int maxRounds) {
        this.answers = answers;
        this.maxRounds = maxRounds;
    }

    /** Nobody waits any longer. */
    void close() {
        closing.countDown();
    }

    /**
     * What the next round of the request says.
     *
     * @param round the round that ended with questions, from 1
     */
    Retry next(Asked asked, InputRequired required, int round) {
        if (!mayAsk(asked.request())) {
            throw McpException.invalidParams("the server asked for input where it must not");
        }
        if (round > maxRounds) {
            throw new McpException(
                    ErrorCode.INVALID_REQUEST,
                    "the server asked for input more than " + maxRounds + " times in one request");
        }
        asked.deadline().pause();
        try {
            if (required.inputRequests().isEmpty()) {
                pause(backoff(round));
                return new Retry(Map.of(), required.requestState());
            }
            QuestionHandler own = asked.questions();
            Map<String, InputResponse> responses =
                    own == null
                            ? answers.answerAll(required.inputRequests())
                            : answers.answerBy(own, required.inputRequests());
            return new Retry(responses, required.requestState());
        } catch (InterruptedException e) {
            throw cancelled("cancelled while a question was open", e);
        } finally {
            asked.deadline().resume();
        }
    }

    /** Has the user's handlers answer what a task asks, all at the same time. */
    Map<String, InputResponse> answer(Map<String, InputRequest> questions) {
        try {
            return answers.answerAll(questions);
        } catch (InterruptedException e) {
            throw cancelled("cancelled while a question was open", e);
        }
    }

    private static boolean mayAsk(ClientRequest request) {
        return request instanceof ClientRequest.CallTool
                || request instanceof ClientRequest.GetPrompt
                || request instanceof ClientRequest.ReadResource;
    }

    private static Duration backoff(int round) {
        Duration wait = FIRST_BACKOFF.multipliedBy(1L << Math.min(round - 1, 10));
        return wait.compareTo(MAX_BACKOFF) > 0 ? MAX_BACKOFF : wait;
    }

    /** Lets the time pass that a busy server asked for; an interrupt cancels the call. */
    void waitFor(Duration time) {
        try {
            pause(time);
        } catch (InterruptedException e) {
            throw cancelled("cancelled while it waited for the server", e);
        }
    }

    private void pause(Duration time) throws InterruptedException {
        if (closing.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new TransportException(TransportException.Kind.CLOSED, "the client was closed");
        }
    }

    static CancellationException cancelled(String message, InterruptedException cause) {
        Thread.currentThread().interrupt();
        CancellationException cancelled = new CancellationException(message);
        cancelled.initCause(cause);
        return cancelled;
    }
}
