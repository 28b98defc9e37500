package io.erlmcp.session;

import io.erlmcp.dispatch.PeerCapabilities;
import io.erlmcp.dispatch.Questions;
import io.erlmcp.dispatch.ReplyPath;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Task;
import io.erlmcp.protocol.TaskWish;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.rpc.RpcMessage;
import io.erlmcp.rpc.RpcWriter;
import io.erlmcp.wire.QuestionFrame;
import io.erlmcp.wire.Wire;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Questions of the legacy era: requests to the client on the call's own stream, all at once, and
 * their answers.
 */
final class LiveQuestions implements Questions {
    private final LegacySession session;
    private final ReplyPath reply;
    private final Wire wire;
    private final Duration limit;
    private final Map<String, Object> kept = new HashMap<>();

    LiveQuestions(LegacySession session, ReplyPath reply, Wire wire, Duration limit) {
        this.session = session;
        this.reply = reply;
        this.wire = wire;
        this.limit = limit;
    }

    @Override
    public Map<String, InputResponse> ask(Map<String, InputRequest> questions)
            throws InterruptedException {
        return ask(questions, QuestionFrame.NONE);
    }

    @Override
    public Map<String, InputResponse> askFor(String taskId, Map<String, InputRequest> questions)
            throws InterruptedException {
        return ask(questions, new QuestionFrame(taskId, null));
    }

    private Map<String, InputResponse> ask(Map<String, InputRequest> questions, QuestionFrame frame)
            throws InterruptedException {
        questions.values().forEach(question -> PeerCapabilities.require(question, session.peer()));
        Map<String, PendingQuestions.Slot> open = new LinkedHashMap<>();
        Map<String, InputResponse> answers = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, InputRequest> entry : questions.entrySet()) {
                send(entry.getKey(), entry.getValue(), frame, open);
            }
            for (String key : List.copyOf(open.keySet())) {
                answers.put(key, await(key, questions, open));
            }
            return answers;
        } finally {
            open.values().forEach(this::giveUp);
        }
    }

    /** Waits for one answer; a question that was answered, well or not, is not open any more. */
    private InputResponse await(
            String key,
            Map<String, InputRequest> questions,
            Map<String, PendingQuestions.Slot> open)
            throws InterruptedException {
        RpcMessage answer = session.questions().await(Objects.requireNonNull(open.get(key)), limit);
        if (answer != null) {
            open.remove(key);
        }
        Task task =
                answer instanceof RpcMessage.Result result
                        ? wire.readCreatedTask(result.result().value())
                        : null;
        return read(
                Objects.requireNonNull(questions.get(key)), task == null ? answer : outcome(task));
    }

    /** The client answers by a task of its own: what that comes to, or null when not in time. */
    private @Nullable RpcMessage outcome(Task task) throws InterruptedException {
        PendingQuestions.Slot slot = session.questions().open();
        RpcMessage answer = null;
        try {
            reply.send(write(slot, new ClientRequest.GetTaskResult(task.id())), true);
            answer = session.questions().await(slot, limit);
            return answer;
        } finally {
            if (answer == null) {
                giveUp(slot);
                cancel(task);
            }
        }
    }

    /** Nobody waits for what the client says to this. */
    private void cancel(Task task) {
        PendingQuestions.Slot slot = session.questions().open();
        session.questions().close(slot);
        sendNow(write(slot, new ClientRequest.CancelTask(task.id())));
    }

    private JsonWriter write(PendingQuestions.Slot slot, ClientRequest ofTask) {
        JsonWriter out = new JsonWriter();
        RpcWriter.request(
                slot.id(),
                wire.method(ofTask),
                params -> wire.writeRequestParams(ofTask, RequestMeta.NONE, null, params),
                out);
        return out;
    }

    private void send(
            String key,
            InputRequest question,
            QuestionFrame frame,
            Map<String, PendingQuestions.Slot> open)
            throws InterruptedException {
        PendingQuestions.Slot slot = session.questions().open();
        JsonWriter out = write(slot, question, mayBeTask(question, frame));
        open.put(key, slot);
        if (!reply.send(out, true)) {
            throw new McpException(
                    ErrorCode.INVALID_REQUEST,
                    "The client cannot be asked: it does not take a stream");
        }
    }

    /** What a task asks may be answered by a task, where the client says that it can do that. */
    private QuestionFrame mayBeTask(InputRequest question, QuestionFrame frame) {
        boolean wishes =
                frame.relatedTask() != null
                        && wire.mayBeTask(question, session.peer().capabilities());
        return wishes ? new QuestionFrame(frame.relatedTask(), new TaskWish(limit)) : frame;
    }

    /** The question as a request; one that its revision does not have is not open any more. */
    private JsonWriter write(
            PendingQuestions.Slot slot, InputRequest question, QuestionFrame frame) {
        try {
            JsonWriter out = new JsonWriter();
            RpcWriter.request(
                    slot.id(),
                    wire.method(question),
                    params -> wire.writeInputRequestParams(question, frame, params),
                    out);
            return out;
        } catch (RuntimeException refused) {
            session.questions().close(slot);
            throw refused;
        }
    }

    private InputResponse read(InputRequest question, @Nullable RpcMessage answer) {
        return switch (answer) {
            case RpcMessage.Result result ->
                    wire.readInputResponse(question, result.result().value());
            case RpcMessage.Failure failure ->
                    throw new McpException(
                            failure.error().code(),
                            "The client refused "
                                    + wire.method(question)
                                    + ": "
                                    + failure.error().message(),
                            failure.error().data());
            case null ->
                    throw new McpException(
                            ErrorCode.DEADLINE_EXCEEDED,
                            "The client did not answer "
                                    + wire.method(question)
                                    + " within "
                                    + limit.toMillis()
                                    + " ms");
            case RpcMessage.Request r -> throw new IllegalStateException("a request is no answer");
            case RpcMessage.Notification n ->
                    throw new IllegalStateException("a notification is no answer");
            case RpcMessage.Invalid i ->
                    throw new IllegalStateException("an invalid message is no answer");
        };
    }

    private void giveUp(PendingQuestions.Slot slot) {
        if (!session.questions().close(slot)) {
            return;
        }
        RequestId id = slot.id();
        JsonWriter out = new JsonWriter();
        RpcWriter.notification(
                "notifications/cancelled",
                params -> {
                    params.beginObject();
                    params.name("requestId");
                    id.writeTo(params);
                    params.endObject();
                },
                out);
        sendNow(out);
    }

    private void sendNow(JsonWriter message) {
        try {
            reply.send(message, false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public <T> T once(String key, Class<T> type, Supplier<T> work) {
        Object before = kept.get(key);
        if (before == null) {
            before = work.get();
            kept.put(key, before);
        }
        return type.cast(before);
    }
}
