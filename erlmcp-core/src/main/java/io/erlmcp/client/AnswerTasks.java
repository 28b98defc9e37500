package io.erlmcp.client;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.CreateTaskResult;
import io.erlmcp.protocol.DetailedTask;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.protocol.TaskError;
import io.erlmcp.protocol.TaskWish;
import io.erlmcp.runtime.Timers;
import io.erlmcp.security.Principal;
import io.erlmcp.task.LiveTask;
import io.erlmcp.task.MemoryTaskStore;
import io.erlmcp.task.TaskLimits;
import io.erlmcp.task.TaskOrder;
import io.erlmcp.task.TaskView;
import io.erlmcp.task.Tasks;
import io.erlmcp.wire.ResultMeta;
import io.erlmcp.wire.Wire;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Answers to questions of a legacy server that run as tasks of this client: the server is answered
 * at once, and asks for the answer later.
 *
 * <p>Process model: a thread for each answer in the making; all end with the client.
 */
final class AnswerTasks {
    private static final String OWNER = "server";
    private static final String RELATED_TASK = "io.modelcontextprotocol/related-task";
    private static final int MAX_TASKS = 1_000;
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration MAX_TTL = Duration.ofHours(1);

    private final Answers answers;
    private final ClientConfig config;
    private final Timers timers;

    /** Guards the making of {@code tasks}, whose timer no client needs that is never asked so. */
    private final ReentrantLock lock = new ReentrantLock();

    private volatile @Nullable Tasks tasks;

    AnswerTasks(Answers answers, ClientConfig config, Timers timers) {
        this.answers = answers;
        this.config = config;
        this.timers = timers;
    }

    private Tasks tasks() {
        lock.lock();
        try {
            Tasks known = tasks;
            if (known == null) {
                int atOnce = config.limits().maxQuestions();
                TaskLimits limits =
                        TaskLimits.DEFAULTS
                                .withMax(MAX_TASKS, MAX_TASKS, atOnce)
                                .withTimes(MAX_TTL, POLL)
                                .withPageSize(MAX_TASKS);
                known =
                        new Tasks(
                                limits,
                                new MemoryTaskStore(),
                                config.time(),
                                timers,
                                config.observer());
                tasks = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The answer to a request about a task, or to a question with the wish for one.
     *
     * @return null when it is neither
     * @throws McpException when it is refused
     */
    byte @Nullable [] respond(Incoming.Request request, Wire wire) {
        ClientRequest ofTask = wire.readTaskRequest(request.method(), request.params());
        if (ofTask instanceof ClientRequest.GetTaskResult result) {
            JsonObject answer = await(result.taskId());
            return Outbound.answer(request.id(), out -> out.value(answer));
        }
        if (ofTask != null) {
            return written(request, wire, ask(ofTask));
        }
        TaskWish wish = wire.readTaskWish(request.params());
        return wish == null ? null : written(request, wire, begin(request, wire, wish));
    }

    private static byte[] written(Incoming.Request request, Wire wire, ServerResult result) {
        return Outbound.answer(request.id(), out -> wire.writeResult(result, ResultMeta.NONE, out));
    }

    private CreateTaskResult begin(Incoming.Request request, Wire wire, TaskWish wish) {
        InputRequest question = wire.readInputRequest(request.method(), request.params());
        LiveTask task =
                tasks().create(
                                new TaskOrder(
                                        OWNER,
                                        Principal.ANONYMOUS,
                                        request.method(),
                                        wish.ttl(),
                                        view -> {}));
        CreateTaskResult created = new CreateTaskResult(task.view().toTask());
        tasks().start(task, () -> run(task, question, wire));
        return created;
    }

    private void run(LiveTask task, InputRequest question, Wire wire) {
        try {
            JsonWriter out = new JsonWriter();
            wire.writeInputResponse(answers.answer(question), out);
            tasks().finish(task, out.toSlice(), false);
        } catch (McpException refusal) {
            tasks().fail(
                            task,
                            new TaskError(
                                    refusal.code(),
                                    String.valueOf(refusal.getMessage()),
                                    refusal.data()));
        } catch (InterruptedException e) {
            tasks().fail(
                            task,
                            new TaskError(
                                    ErrorCode.INTERNAL_ERROR, "the client did not answer", null));
        }
    }

    private ServerResult ask(ClientRequest request) {
        return switch (request) {
            case ClientRequest.GetTask get -> shown(get.taskId());
            case ClientRequest.CancelTask cancel -> {
                if (!tasks().cancel(cancel.taskId(), Principal.ANONYMOUS)) {
                    throw McpException.invalidParams("Cannot cancel a task that has ended");
                }
                yield shown(cancel.taskId());
            }
            case ClientRequest.ListTasks list -> {
                if (list.cursor() != null) {
                    throw McpException.invalidParams("Invalid cursor");
                }
                List<TaskView> all = tasks().list(OWNER, null).tasks();
                yield new Page.Tasks(all.stream().map(TaskView::toTask).toList(), null);
            }
            default -> throw new IllegalStateException("not about a task: " + request.getClass());
        };
    }

    private DetailedTask shown(String taskId) {
        return DetailedTask.of(tasks().view(taskId, Principal.ANONYMOUS).toTask());
    }

    private JsonObject await(String taskId) {
        try {
            while (true) {
                TaskView view = tasks().view(taskId, Principal.ANONYMOUS);
                if (view.task().status().isFinal()) {
                    return outcome(view);
                }
                LiveTask live = tasks().live(taskId, Principal.ANONYMOUS);
                if (live != null) {
                    live.awaitChange(view);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new McpException(ErrorCode.INTERRUPTED, "the client was closed");
        }
    }

    private static JsonObject outcome(TaskView view) {
        JsonSlice kept = view.task().result();
        if (kept != null) {
            return kept.object()
                    .with(
                            "_meta",
                            JsonObject.of(RELATED_TASK, JsonObject.of("taskId", view.task().id())));
        }
        TaskError error = view.task().error();
        throw error == null
                ? McpException.invalidParams("The task was cancelled")
                : error.toException();
    }

    void close() {
        Tasks known = tasks;
        if (known != null) {
            known.close();
        }
    }
}
