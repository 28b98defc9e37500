package io.erlmcp.session;

import io.erlmcp.dispatch.ReplyPath;
import io.erlmcp.json.Envelope;
import io.erlmcp.json.EnvelopeScanner;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonKind;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.Era;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.rpc.RpcMessage;
import io.erlmcp.rpc.RpcReader;
import io.erlmcp.rpc.SharedBytes;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Collects the answers of one batch (2025-03-26) and sends them as one array; what comes before the
 * answers goes its own way at once.
 */
final class BatchReply implements ReplyPath {
    private final ReplyPath whole;

    /** Guards the fields below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final JsonWriter answers = new JsonWriter();
    private int open = 1;
    private int answered;

    private BatchReply(ReplyPath whole) {
        this.whole = whole;
        answers.beginArray();
    }

    @Override
    public String transport() {
        return whole.transport();
    }

    /**
     * Hands each element to {@code single}, with a path for its answer; answers even when nothing
     * is to be said.
     */
    static void run(
            List<JsonSlice> elements,
            SessionLimits limits,
            ReplyPath whole,
            BiConsumer<RpcMessage, ReplyPath> single) {
        if (elements.isEmpty()) {
            RpcError error =
                    Messages.error(
                            Messages.invalid("a batch holds at least one message"), Era.LEGACY);
            whole.answer(Messages.error(null, error), error);
            return;
        }
        BatchReply batch = new BatchReply(whole);
        for (JsonSlice element : elements) {
            batch.element(element, limits, single);
        }
        batch.finished(null);
    }

    private void element(
            JsonSlice element, SessionLimits limits, BiConsumer<RpcMessage, ReplyPath> single) {
        RpcMessage message = read(element, limits);
        if (message instanceof RpcMessage.Request || message instanceof RpcMessage.Invalid) {
            expectOneMore();
        }
        single.accept(message, this);
    }

    private static RpcMessage read(JsonSlice element, SessionLimits limits) {
        Envelope envelope;
        try {
            envelope =
                    EnvelopeScanner.scan(
                            element.bytes(), element.offset(), element.length(), limits.json());
        } catch (JsonException e) {
            return new RpcMessage.Invalid(null, String.valueOf(e.getMessage()));
        }
        if (envelope.isBatch()) {
            return new RpcMessage.Invalid(null, "a batch holds no batches");
        }
        RpcMessage message = RpcReader.read(envelope);
        if (!(message instanceof RpcMessage.Request request)) {
            return message;
        }
        if (request.method().equals("initialize")) {
            return new RpcMessage.Invalid(request.id(), "initialize comes alone, in no batch");
        }
        if (envelope.protocolVersionKind() != JsonKind.ABSENT) {
            return new RpcMessage.Invalid(
                    request.id(), "there are no batches in revision 2026-07-28");
        }
        return request;
    }

    private void expectOneMore() {
        lock.lock();
        try {
            open++;
        } finally {
            lock.unlock();
        }
    }

    private void finished(@Nullable JsonWriter message) {
        boolean last;
        lock.lock();
        try {
            if (message != null) {
                answers.raw(message.buffer(), 0, message.size());
                answered++;
            }
            last = --open == 0;
            if (last) {
                answers.endArray();
            }
        } finally {
            lock.unlock();
        }
        if (last && answered == 0) {
            whole.dropped();
        } else if (last) {
            whole.answer(answers, null);
        }
    }

    @Override
    public void answer(JsonWriter message, @Nullable RpcError error) {
        finished(message);
    }

    @Override
    public void dropped() {
        finished(null);
    }

    @Override
    public boolean send(JsonWriter message, boolean mayWait) throws InterruptedException {
        return whole.send(message, mayWait);
    }

    @Override
    public void share(SharedBytes begin, byte[] end) {
        whole.share(begin, end);
    }
}
