package io.erlmcp.client;

import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.CreateMessageResult;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.ElicitUrl;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.ListRoots;
import io.erlmcp.protocol.ListRootsResult;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Root;
import io.erlmcp.runtime.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Has the user's handlers answer questions of a server; the same for both eras. */
final class Answers {
    /** The code for a user's refusal, in the legacy era's live requests. */
    static final int REJECTED = -1;

    private final Handlers handlers;
    private final Duration limit;
    private final int maxQuestions;

    Answers(Handlers handlers, Duration limit, int maxQuestions) {
        this.handlers = handlers;
        this.limit = limit;
        this.maxQuestions = maxQuestions;
    }

    /**
     * Answers one question on the calling thread.
     *
     * @throws McpException when the kind was not declared, the user rejects, or the handler fails
     */
    InputResponse answer(InputRequest question) throws InterruptedException {
        try {
            return ask(question);
        } catch (InterruptedException | McpException e) {
            throw e;
        } catch (Exception e) {
            throw new McpException(ErrorCode.INTERNAL_ERROR, "the client could not answer");
        }
    }

    /**
     * Has the handler of one call answer, on the calling thread.
     *
     * @throws McpException when it refuses or fails, or leaves a question without an answer
     */
    Map<String, InputResponse> answerBy(
            QuestionHandler handler, Map<String, InputRequest> questions)
            throws InterruptedException {
        if (questions.size() > maxQuestions) {
            throw tooMany(questions.size());
        }
        Map<String, InputResponse> answered;
        try {
            answered = handler.answer(questions);
        } catch (InterruptedException | McpException e) {
            throw e;
        } catch (Exception e) {
            throw new McpException(ErrorCode.INTERNAL_ERROR, "the client could not answer");
        }
        if (!answered.keySet().containsAll(questions.keySet())) {
            throw new McpException(
                    ErrorCode.INTERNAL_ERROR, "the client has no answer to " + questions.keySet());
        }
        return answered;
    }

    private McpException tooMany(int asked) {
        return new McpException(
                ErrorCode.INVALID_REQUEST,
                "the server asks " + asked + " questions at once, the limit is " + maxQuestions);
    }

    private InputResponse ask(InputRequest question) throws Exception {
        return switch (question) {
            case ElicitForm form -> {
                ElicitHandler handler =
                        declared(handlers.form(), "elicitation forms", handlers.url() != null);
                yield FormDefaults.fill(form, handler.elicit(form));
            }
            case ElicitUrl page -> {
                ElicitUrlHandler handler =
                        declared(handlers.url(), "elicitation URLs", handlers.form() != null);
                yield handler.open(page);
            }
            case CreateMessage message -> sample(message);
            case ListRoots roots -> {
                Supplier<List<Root>> supplier = declared(handlers.roots(), "roots", false);
                yield new ListRootsResult(supplier.get());
            }
        };
    }

    private CreateMessageResult sample(CreateMessage message) throws Exception {
        SampleHandler handler = declared(handlers.sample(), "sampling", false);
        if (!handlers.samplingTools()
                && (!message.tools().isEmpty() || message.toolChoice() != null)) {
            throw new McpException(
                    ErrorCode.INVALID_PARAMS, "this client does not offer sampling with tools");
        }
        return handler.sample(message)
                .orElseThrow(() -> new McpException(REJECTED, "User rejected sampling request"));
    }

    /**
     * @param otherMode whether another mode of the same method is declared: then the params are
     *     wrong
     */
    private static <T> T declared(@Nullable T handler, String what, boolean otherMode) {
        if (handler == null) {
            int code = otherMode ? ErrorCode.INVALID_PARAMS : ErrorCode.METHOD_NOT_FOUND;
            throw new McpException(code, "this client does not offer " + what);
        }
        return handler;
    }

    /**
     * Answers a question that takes longer than the limit as the user's silence: a form is
     * cancelled.
     */
    static @Nullable InputResponse silence(InputRequest question) {
        return switch (question) {
            case ElicitForm form -> ElicitResult.cancel();
            case ElicitUrl page -> ElicitResult.cancel();
            case CreateMessage message -> null;
            case ListRoots roots -> null;
        };
    }

    /**
     * Answers all questions at the same time, each on a virtual thread of its own.
     *
     * @throws McpException the first failure; all handlers are interrupted then
     */
    Map<String, InputResponse> answerAll(Map<String, InputRequest> questions)
            throws InterruptedException {
        if (questions.size() > maxQuestions) {
            throw tooMany(questions.size());
        }
        Map<String, InputResponse> answers = new ConcurrentHashMap<>();
        Map<String, McpException> failures = new ConcurrentHashMap<>();
        CountDownLatch open = new CountDownLatch(questions.size());
        List<Thread> threads = new ArrayList<>();
        questions.forEach(
                (key, question) ->
                        threads.add(
                                Threads.startVirtual(
                                        "answer " + key,
                                        () -> {
                                            try {
                                                answers.put(key, answer(question));
                                            } catch (McpException e) {
                                                failures.put(key, e);
                                            } catch (InterruptedException e) {
                                                Thread.currentThread().interrupt();
                                            } finally {
                                                open.countDown();
                                            }
                                        })));
        try {
            boolean inTime = open.await(limit.toNanos(), TimeUnit.NANOSECONDS);
            for (McpException failure : failures.values()) {
                throw failure;
            }
            return inTime ? answers : withSilence(questions, answers);
        } finally {
            threads.forEach(Thread::interrupt);
        }
    }

    private Map<String, InputResponse> withSilence(
            Map<String, InputRequest> questions, Map<String, InputResponse> answers) {
        Map<String, InputResponse> all = new LinkedHashMap<>(answers);
        questions.forEach(
                (key, question) -> {
                    InputResponse silence = silence(question);
                    if (!all.containsKey(key) && silence == null) {
                        throw new McpTimeoutException("the server's question " + key, limit);
                    }
                    if (silence != null) {
                        all.putIfAbsent(key, silence);
                    }
                });
        return all;
    }

    Duration limit() {
        return limit;
    }
}
