package io.erlmcp.client;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.transport.TransportException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way. The reader posts what belongs to it; the thread that waits takes it in
 * order, so that listeners of the call run on the caller's own thread and before the call returns.
 */
final class PendingCall {
    /** What the reader has for the waiting thread. */
    private sealed interface Signal {
        record Answer(JsonObject result) implements Signal {}

        record Refusal(RpcError error) implements Signal {}

        record Lost(TransportException failure) implements Signal {}

        record Note(ServerNotification notification) implements Signal {}

        /** The deadline moved: look at it again. */
        record Moved() implements Signal {}
    }

    private final RequestId id;
    private final String label;
    private final Deadline deadline;
    private final int maxNotes;
    private final @Nullable QuestionHandler questions;
    private final int path;
    private final AtomicInteger notes = new AtomicInteger();
    private final LinkedBlockingQueue<Signal> signals = new LinkedBlockingQueue<>();

    /** Set by the thread that waited; it takes no more signals then. */
    private volatile boolean givenUp;

    /**
     * @param questions answers questions of this call; null for the client's own handlers
     * @param path on which the answer will come
     */
    PendingCall(
            RequestId id,
            String label,
            Deadline deadline,
            int maxNotes,
            @Nullable QuestionHandler questions,
            int path) {
        this.id = id;
        this.label = label;
        this.deadline = deadline;
        this.maxNotes = maxNotes;
        this.questions = questions;
        this.path = path;
    }

    @Nullable QuestionHandler questions() {
        return questions;
    }

    RequestId id() {
        return id;
    }

    int path() {
        return path;
    }

    /**
     * @return false when nobody waits for it any more
     */
    boolean answered(JsonObject result) {
        Signal.Answer answer = new Signal.Answer(result);
        signals.add(answer);
        return !givenUp || !signals.remove(answer);
    }

    /** Nobody waits any more: the answer, should it have come at the last moment. */
    @Nullable JsonObject giveUp() {
        givenUp = true;
        Signal left;
        while ((left = signals.poll()) != null) {
            if (left instanceof Signal.Answer answer) {
                return answer.result();
            }
        }
        return null;
    }

    void refused(RpcError error) {
        signals.add(new Signal.Refusal(error));
    }

    void lost(TransportException failure) {
        signals.add(new Signal.Lost(failure));
    }

    /**
     * @return false when too many wait already and this one was dropped
     */
    boolean note(ServerNotification notification) {
        deadline.alive();
        if (notes.incrementAndGet() > maxNotes) {
            notes.decrementAndGet();
            return false;
        }
        signals.add(new Signal.Note(notification));
        return true;
    }

    /** A question of this call goes to the user: its time does not count. */
    void pause() {
        deadline.pause();
        signals.add(new Signal.Moved());
    }

    void resume() {
        deadline.resume();
        signals.add(new Signal.Moved());
    }

    /**
     * Waits for the result.
     *
     * @throws McpTimeoutException at the deadline
     * @throws McpException when the server refuses
     * @throws TransportException when no answer will come
     */
    JsonObject await(Consumer<ServerNotification> onNote) throws InterruptedException {
        while (true) {
            long nanos = deadline.remainingNanos();
            Signal signal = nanos > 0 ? signals.poll(nanos, TimeUnit.NANOSECONDS) : signals.poll();
            boolean late = nanos <= 0 && (signal == null || signal instanceof Signal.Note);
            if (late && deadline.remainingNanos() <= 0) {
                throw new McpTimeoutException(label, deadline.passed());
            }
            switch (signal) {
                case null -> {}
                case Signal.Answer answer -> {
                    return answer.result();
                }
                case Signal.Refusal refusal -> {
                    RpcError error = refusal.error();
                    throw new McpException(error.code(), error.message(), error.data());
                }
                case Signal.Lost lost -> throw lost.failure();
                case Signal.Note note -> {
                    notes.decrementAndGet();
                    onNote.accept(note.notification());
                }
                case Signal.Moved moved -> {}
            }
        }
    }
}
