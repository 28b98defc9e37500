package io.erlmcp.upstream;

import io.erlmcp.feature.CallContext;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.McpException;
import io.erlmcp.runtime.Threads;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A call of an upstream server that outlives the rounds of its caller: while the caller is asked,
 * it goes on waiting, and the caller's next round finds it again.
 *
 * <p>Process model: one virtual thread carries the call; it ends with the call, or by {@link
 * #cancel}. The caller's thread stays with it in {@link #await} and asks its questions.
 *
 * @param <T> what the call gives
 */
final class Relay<T> {
    /** For so long a question may wait for its answer. */
    static final Duration QUESTION_PATIENCE = Duration.ofMinutes(5);

    private static final int MAX_ROUNDS = 100;

    /** What the relay carries out. */
    interface Work<T> {
        T run(Relay<T> relay) throws Exception;
    }

    /** Some questions, with the way back for the answers. */
    private static final class Question {
        private final Map<String, InputRequest> asked;
        private final CountDownLatch settled = new CountDownLatch(1);
        private volatile Map<String, InputResponse> answers = Map.of();
        private volatile @Nullable McpException refusal;

        Question(Map<String, InputRequest> asked) {
            this.asked = asked;
        }
    }

    /** Wakes the caller when the call is over; asks nothing. */
    private static final Question OVER = new Question(Map.of());

    private final LinkedBlockingQueue<Question> questions = new LinkedBlockingQueue<>();
    private final AtomicInteger rounds = new AtomicInteger();
    private volatile CallContext context;
    private volatile @Nullable Thread thread;

    /** Guards {@code asking}: who is interrupted when the call ends while its caller is asked. */
    private final ReentrantLock lock = new ReentrantLock();

    private @Nullable Thread asking;

    /** What the caller was asked when it went away; used by the caller's thread. */
    private @Nullable Question open;

    private volatile @Nullable T result;
    private volatile @Nullable Exception failure;
    private volatile boolean over;

    Relay(CallContext context) {
        this.context = context;
    }

    void start(String name, Work<T> work) {
        thread = Threads.startVirtual(name, () -> run(work));
    }

    private void run(Work<T> work) {
        try {
            result = work.run(this);
        } catch (Exception e) {
            failure = e;
        } catch (Error e) {
            failure = new IllegalStateException("the call failed", e);
        } finally {
            end();
        }
    }

    private void end() {
        lock.lock();
        try {
            over = true;
            if (asking != null) {
                asking.interrupt();
                asking = null;
            }
        } finally {
            lock.unlock();
        }
        questions.add(OVER);
    }

    void cancel() {
        Thread carrier = thread;
        if (carrier != null) {
            carrier.interrupt();
        }
    }

    /** Of the round that the caller is in now. */
    CallContext context() {
        return context;
    }

    /** Whether the caller was asked something: the answer may then be the caller's alone. */
    boolean hasAsked() {
        return rounds.get() > 0;
    }

    // ---- on the caller's thread ----

    /** From now on the call is that of another round of its caller. */
    void continueWith(CallContext next) {
        context = next;
    }

    /** Waits for the result and asks the questions that come meanwhile. */
    T await() throws Exception {
        while (true) {
            Question question = open == null ? questions.take() : open;
            if (question.equals(OVER) || over) {
                return outcome();
            }
            open = question;
            ask(question);
            open = null;
        }
    }

    private void ask(Question question) {
        if (!begin()) {
            return;
        }
        try {
            question.answers = context.ask(question.asked);
        } catch (McpException e) {
            question.refusal = e;
        } finally {
            finish();
        }
        question.settled.countDown();
    }

    private boolean begin() {
        lock.lock();
        try {
            asking = over ? null : Thread.currentThread();
            return !over;
        } finally {
            lock.unlock();
        }
    }

    /** An interrupt that came because the call is over has done its work. */
    private void finish() {
        lock.lock();
        try {
            if (asking == null) {
                var _ = Thread.interrupted();
            }
            asking = null;
        } finally {
            lock.unlock();
        }
    }

    private T outcome() throws Exception {
        Exception thrown = failure;
        if (thrown != null) {
            throw thrown;
        }
        return Objects.requireNonNull(result);
    }

    // ---- on the call's thread, or on that of a live question ----

    /** Has the caller answer; each round of questions gets keys of its own. */
    Map<String, InputResponse> ask(Map<String, InputRequest> asked) throws InterruptedException {
        int round = rounds.incrementAndGet();
        if (round > MAX_ROUNDS) {
            throw new McpException(
                    ErrorCode.INVALID_REQUEST,
                    "more than " + MAX_ROUNDS + " questions in one call");
        }
        String suffix = round == 1 ? "" : "-" + round;
        Map<String, InputRequest> renamed = new LinkedHashMap<>();
        asked.forEach((key, question) -> renamed.put(key + suffix, question));
        Question question = new Question(renamed);
        questions.add(question);
        if (!question.settled.await(QUESTION_PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new McpException(ErrorCode.INTERNAL_ERROR, "nobody answered in time");
        }
        McpException refusal = question.refusal;
        if (refusal != null) {
            throw refusal;
        }
        Map<String, InputResponse> answers = new HashMap<>();
        asked.keySet()
                .forEach(
                        key -> {
                            InputResponse answer = question.answers.get(key + suffix);
                            if (answer != null) {
                                answers.put(key, answer);
                            }
                        });
        return answers;
    }
}
