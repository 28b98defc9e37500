package io.erlmcp.client;

import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.McpException;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Timers;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.ClientTransportEvent;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import io.erlmcp.wire.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Live requests of a legacy server to this client.
 *
 * <p>Process model: each question runs on a virtual thread of its own, at most {@code maxQuestions}
 * at a time; the client interrupts them all when it closes, the server one of them by {@code
 * notifications/cancelled}.
 */
final class LiveQuestions {
    /** The key of a question that came alone. */
    private static final String LIVE = "question";

    /** A question from the moment it came, whether its thread runs yet or not. */
    private static final class Open {
        /** Guards the fields below. */
        private final ReentrantLock lock = new ReentrantLock();

        private @Nullable Thread worker;
        private boolean isCancelled;

        /** On the thread that answers it; false when nobody wants the answer any more. */
        boolean begins() {
            lock.lock();
            try {
                worker = Thread.currentThread();
                return !isCancelled;
            } finally {
                lock.unlock();
            }
        }

        void cancel() {
            lock.lock();
            try {
                isCancelled = true;
                if (worker != null) {
                    worker.interrupt();
                }
            } finally {
                lock.unlock();
            }
        }

        boolean isCancelled() {
            lock.lock();
            try {
                return isCancelled;
            } finally {
                lock.unlock();
            }
        }
    }

    private final Answers answers;
    private final ClientTransport transport;
    private final Requests requests;
    private final Observer observer;
    private final Timers timers;
    private final Semaphore permits;
    private final @Nullable AnswerTasks tasks;
    private final Map<RequestId, Open> running = new ConcurrentHashMap<>();

    LiveQuestions(
            Answers answers,
            ClientTransport transport,
            Requests requests,
            ClientConfig config,
            Timers timers) {
        this.answers = answers;
        this.transport = transport;
        this.requests = requests;
        this.observer = config.observer();
        this.timers = timers;
        this.permits = new Semaphore(config.limits().maxQuestions());
        this.tasks = config.tasks() ? new AnswerTasks(answers, config, timers) : null;
    }

    /** Takes a request; called by readers, does not block. */
    void ask(Incoming.Request request, Wire wire, @Nullable RequestId of) {
        if (!permits.tryAcquire()) {
            Threads.startVirtual(
                    "refuse-" + request.id(),
                    () ->
                            send(
                                    request.id(),
                                    request.method(),
                                    Outbound.refusal(
                                            request.id(),
                                            ErrorCode.OVERLOADED,
                                            "too many open questions")));
            return;
        }
        Open open = new Open();
        running.put(request.id(), open); // before its thread: it may be cancelled at once
        boolean isStarted = false;
        try {
            Threads.startVirtual(
                    "question-" + request.id() + " " + request.method(),
                    () -> answer(request, wire, of, open));
            isStarted = true;
        } finally {
            if (!isStarted) {
                over(request.id(), open);
            }
        }
    }

    private void answer(Incoming.Request request, Wire wire, @Nullable RequestId of, Open open) {
        try {
            byte[] answer = open.begins() ? respond(request, wire, of) : null;
            if (answer != null && !open.isCancelled()) {
                send(request.id(), request.method(), answer);
            }
        } finally {
            over(request.id(), open);
        }
    }

    private void over(RequestId id, Open open) {
        running.remove(id, open);
        permits.release();
    }

    /** The server does not want the answer any more, and gets none. */
    void cancel(RequestId id) {
        Open open = running.get(id);
        if (open != null) {
            open.cancel();
        }
    }

    void close() {
        running.values().forEach(Open::cancel);
        AnswerTasks known = tasks;
        if (known != null) {
            known.close();
        }
    }

    private byte[] respond(Incoming.Request request, Wire wire, @Nullable RequestId of) {
        RequestId id = request.id();
        if (wire.revision().era() == Era.MODERN) {
            return Outbound.refusal(
                    id, ErrorCode.INVALID_REQUEST, "servers send no requests in this revision");
        }
        if (request.method().equals("ping")) {
            return Outbound.answer(id, wire, null);
        }
        try {
            AnswerTasks known = tasks;
            byte[] ofTask = known == null ? null : known.respond(request, wire);
            if (ofTask != null) {
                return ofTask;
            }
            InputRequest question = wire.readInputRequest(request.method(), request.params());
            return Outbound.answer(id, wire, inTime(question, of));
        } catch (McpException e) {
            return Outbound.refusal(id, e.code(), String.valueOf(e.getMessage()));
        }
    }

    private InputResponse inTime(InputRequest question, @Nullable RequestId of) {
        List<PendingCall> waiting = askedBy(of);
        Thread worker = Thread.currentThread();
        Timers.Timer alarm = timers.after(answers.limit(), worker::interrupt);
        waiting.forEach(PendingCall::pause);
        try {
            QuestionHandler own = onlyHandler(waiting);
            return own == null
                    ? answers.answer(question)
                    : Objects.requireNonNull(
                            answers.answerBy(own, Map.of(LIVE, question)).get(LIVE));
        } catch (InterruptedException e) {
            InputResponse silence = Answers.silence(question);
            if (silence == null) {
                throw new McpException(
                        ErrorCode.INTERNAL_ERROR, "the client did not answer in time");
            }
            return silence;
        } finally {
            alarm.cancel();
            waiting.forEach(PendingCall::resume);
        }
    }

    /**
     * The handler of the one call that has one: with several, nobody knows whose question it is.
     */
    private static @Nullable QuestionHandler onlyHandler(List<PendingCall> waiting) {
        List<QuestionHandler> handlers = new ArrayList<>(1);
        for (PendingCall call : waiting) {
            QuestionHandler handler = call.questions();
            if (handler != null) {
                handlers.add(handler);
            }
        }
        return handlers.size() == 1 ? handlers.getFirst() : null;
    }

    /**
     * Where requests share a path nobody says whose question it is: any of them may be waiting for
     * it.
     */
    private List<PendingCall> askedBy(@Nullable RequestId of) {
        PendingCall call = of == null ? null : requests.pending(of);
        if (call != null) {
            return List.of(call);
        }
        WireBatch batch = of == null ? null : requests.batch(of);
        if (batch != null) {
            return batch.open();
        }
        return of == null ? requests.allPending() : List.of();
    }

    private void send(RequestId id, String method, byte[] message) {
        // An interrupt was meant for the handler, not for the answer.
        Thread.interrupted();
        try {
            transport.send(new OutgoingMessage(null, "response", message, List.of()));
        } catch (TransportException e) {
            observer.on(
                    new ClientTransportEvent.MessageLost(
                            transport.name(),
                            "answer to " + method + " " + id,
                            String.valueOf(e.getMessage())));
        }
    }
}
