package io.erlmcp.dispatch;

import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.CreateTaskResult;
import io.erlmcp.protocol.DetailedTask;
import io.erlmcp.protocol.Empty;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.protocol.TaskError;
import io.erlmcp.protocol.TaskResult;
import io.erlmcp.protocol.TaskSupport;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.rpc.RpcWriter;
import io.erlmcp.runtime.Threads;
import io.erlmcp.security.Principal;
import io.erlmcp.task.LiveTask;
import io.erlmcp.task.TaskOrder;
import io.erlmcp.task.TaskPage;
import io.erlmcp.task.TaskView;
import io.erlmcp.task.Tasks;
import io.erlmcp.wire.ResultMeta;
import io.erlmcp.wire.Wire;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls of tools that run as tasks, and the methods about tasks, of both eras: in the legacy era
 * the client wishes for a task, in the modern one the server makes one of a call whose client takes
 * them.
 */
public final class TaskMethods {
    /** A call of a tool as it is without tasks. */
    @FunctionalInterface
    interface Direct {
        CallToolResult call(boolean mayBecomeTask) throws Exception;
    }

    private static final Wire KEPT = Wire.of(Revision.LATEST);

    private final FeatureMethods.Catalogs catalogs;
    private final Tasks tasks;
    private final Intake intake;
    private volatile Consumer<TaskView> hearer = view -> {};

    public TaskMethods(FeatureMethods.Catalogs catalogs, Tasks tasks, Intake intake) {
        this.catalogs = catalogs;
        this.tasks = tasks;
        this.intake = intake;
    }

    /** Runs {@code next} after every change of a task, on the thread that made it. */
    public void onChange(Consumer<TaskView> next) {
        hearer = next;
    }

    /** Adds the lines of the legacy era. */
    public MethodTable.Builder addLegacy(MethodTable.Builder table) {
        return table.worker("tasks/get", ClientRequest.GetTask.class, this::get)
                .worker("tasks/result", ClientRequest.GetTaskResult.class, this::result)
                .worker("tasks/list", ClientRequest.ListTasks.class, this::list)
                .worker("tasks/cancel", ClientRequest.CancelTask.class, this::cancel);
    }

    /** Adds the lines of the modern era. */
    public MethodTable.Builder addModern(MethodTable.Builder table) {
        return table.worker("tasks/get", ClientRequest.GetTask.class, this::get)
                .worker("tasks/update", ClientRequest.UpdateTask.class, this::update)
                .worker("tasks/cancel", ClientRequest.CancelTask.class, this::cancel);
    }

    // ---- a call, as a task or not ----

    ServerResult call(
            ClientRequest.CallTool request,
            Exchange exchange,
            @Nullable ToolSpec tool,
            Direct direct)
            throws Exception {
        TaskSupport support = tool == null ? TaskSupport.FORBIDDEN : tool.tool().taskSupport();
        return isModern(exchange)
                ? modern(request, exchange, tool, support, direct)
                : legacy(request, exchange, support, direct);
    }

    private static boolean isModern(Exchange exchange) {
        return exchange.wire().revision().era() == Era.MODERN;
    }

    private ServerResult legacy(
            ClientRequest.CallTool request, Exchange exchange, TaskSupport support, Direct direct)
            throws Exception {
        if (request.task() == null) {
            if (support == TaskSupport.REQUIRED) {
                throw new McpException(
                        ErrorCode.METHOD_NOT_FOUND,
                        "Tool " + request.name() + " runs as a task only: send params.task");
            }
            return direct.call(false);
        }
        if (support == TaskSupport.FORBIDDEN) {
            if (catalogs.tools().find(request.name()).isEmpty()) {
                return direct.call(false);
            }
            throw new McpException(
                    ErrorCode.METHOD_NOT_FOUND,
                    "Tool " + request.name() + " does not run as a task");
        }
        return begin(request, exchange, request.task().ttl(), Questions.Answered.NOTHING);
    }

    private ServerResult modern(
            ClientRequest.CallTool request,
            Exchange exchange,
            @Nullable ToolSpec tool,
            TaskSupport support,
            Direct direct)
            throws Exception {
        if (support == TaskSupport.REQUIRED) {
            PeerCapabilities.requireTasks(exchange.caller().peer());
        }
        if (support == TaskSupport.FORBIDDEN
                || !exchange.caller().peer().capabilities().takesTasks()) {
            return direct.call(false);
        }
        if (tool == null || !tool.isTaskBegunByHandler()) {
            return begin(request, exchange, null, Questions.Answered.NOTHING);
        }
        try {
            return direct.call(true);
        } catch (TaskNeeded goesOn) {
            return begin(request, exchange, null, exchange.questions().answered());
        }
    }

    private CreateTaskResult begin(
            ClientRequest.CallTool request,
            Exchange exchange,
            @Nullable Duration ttl,
            Questions.Answered before) {
        intake.admit(Intake.Kind.TASK, tasks.running());
        TaskContext.Origin origin = TaskContext.Origin.of(exchange);
        LiveTask task = create(request, ttl, origin);
        CreateTaskResult created = new CreateTaskResult(task.view().toTask());
        exchange.onEnd(() -> stopUnlessTold(task, exchange));
        TaskContext context = new TaskContext(task, origin, before, catalogs.store());
        JsonSlice arguments = request.arguments().copy();
        tasks.start(task, () -> run(task, request.name(), arguments, context));
        return created;
    }

    /** Nobody hears of a task whose request ended before the answer that names it. */
    private void stopUnlessTold(LiveTask task, Exchange exchange) {
        if (exchange.isCancelled() || exchange.failedWith() != 0) {
            Threads.startVirtual("stop task", () -> stop(task.id(), exchange.caller().principal()));
        }
    }

    private void stop(String id, Principal caller) {
        try {
            var _ = tasks.cancel(id, caller);
        } catch (McpException gone) {
            return; // it has ended, and been forgotten
        }
    }

    private LiveTask create(
            ClientRequest.CallTool request, @Nullable Duration ttl, TaskContext.Origin origin) {
        boolean isMade = false;
        try {
            LiveTask task =
                    tasks.create(
                            new TaskOrder(
                                    origin.caller().owner(),
                                    origin.caller().principal(),
                                    request.name(),
                                    ttl,
                                    view -> changed(view, origin)));
            isMade = true;
            return task;
        } finally {
            if (!isMade) {
                origin.over();
            }
        }
    }

    private void run(LiveTask task, String name, JsonSlice arguments, TaskContext context) {
        try {
            CallToolResult result = catalogs.tools().call(name, arguments, context);
            tasks.finish(task, kept(result), result.isError());
        } catch (Throwable problem) {
            // Whatever it is, the task must not stay in the state that it was in.
            RpcError error = ErrorMapper.map(problem, context.peer().revision().era());
            tasks.fail(task, new TaskError(error.code(), error.message(), error.data()));
        }
    }

    /** A result as it is kept, whoever asks for it later. */
    private static JsonSlice kept(CallToolResult result) {
        JsonWriter out = new JsonWriter();
        KEPT.writeResult(result, ResultMeta.NONE, out);
        return out.toSlice();
    }

    private static CallToolResult read(TaskView view, JsonSlice kept) {
        ServerResult result =
                KEPT.readResult(
                        new ClientRequest.CallTool(view.task().name(), JsonSlice.EMPTY_OBJECT),
                        kept.object());
        if (result instanceof CallToolResult called) {
            return called;
        }
        throw new IllegalStateException("a kept result is a " + result.getClass());
    }

    /** All that a modern peer is told of a task. */
    public static DetailedTask detailed(TaskView view) {
        JsonSlice kept = view.task().result();
        return new DetailedTask(
                view.toTask(),
                view.questions(),
                kept == null ? null : read(view, kept),
                view.task().error());
    }

    private void changed(TaskView view, TaskContext.Origin origin) {
        try {
            tell(view, origin);
            hearer.accept(view);
        } finally {
            if (view.task().status().isFinal()) {
                origin.over();
            }
        }
    }

    /** To a session of the legacy era, where it listens. */
    private static void tell(TaskView view, TaskContext.Origin origin) {
        ServerNotification.TaskChanged notification =
                new ServerNotification.TaskChanged(DetailedTask.of(view.toTask()));
        if (origin.wire().revision().era() == Era.LEGACY && origin.wire().knows(notification)) {
            JsonWriter out = new JsonWriter();
            RpcWriter.notification(
                    origin.wire().method(notification),
                    params -> origin.wire().writeNotificationParams(notification, null, params),
                    out);
            origin.caller().tell(out);
        }
    }

    // ---- the methods ----

    /** As a modern peer sees it, or as a legacy one does without what it asks for separately. */
    private DetailedTask get(ClientRequest.GetTask request, Exchange exchange) {
        check(exchange);
        return detailed(view(request.taskId(), exchange));
    }

    private static void check(Exchange exchange) {
        if (isModern(exchange)) {
            PeerCapabilities.requireTasks(exchange.caller().peer());
        }
    }

    private TaskView view(String taskId, Exchange exchange) {
        return tasks.view(taskId, exchange.caller().principal());
    }

    /** The task as {@code caller} may see it; null when it may not. May wait. */
    public @Nullable TaskView find(String taskId, Principal caller) {
        try {
            return tasks.view(taskId, caller);
        } catch (McpException unknown) {
            return null;
        }
    }

    /** Whether the caller may hear of that task; does not wait. */
    public boolean isVisible(String taskId, Principal caller) {
        return tasks.isVisible(taskId, caller);
    }

    /** Brings the task's questions to the client until the task has ended. */
    private TaskResult result(ClientRequest.GetTaskResult request, Exchange exchange)
            throws InterruptedException {
        Principal caller = exchange.caller().principal();
        while (true) {
            TaskView view = view(request.taskId(), exchange);
            if (view.task().status().isFinal()) {
                return outcome(view);
            }
            LiveTask live = tasks.live(request.taskId(), caller);
            if (live != null && !askFor(live, exchange)) {
                live.awaitChange(view);
            }
        }
    }

    private static TaskResult outcome(TaskView view) {
        JsonSlice kept = view.task().result();
        if (kept != null) {
            return new TaskResult(view.task().id(), read(view, kept));
        }
        TaskError error = view.task().error();
        throw error == null
                ? McpException.invalidParams("The task was cancelled")
                : error.toException();
    }

    /** False when there is nothing to ask. */
    private static boolean askFor(LiveTask task, Exchange exchange) throws InterruptedException {
        Map<String, InputRequest> questions = task.claim();
        if (questions.isEmpty()) {
            return false;
        }
        boolean settled = false;
        try {
            task.answer(exchange.questions().askFor(task.id(), questions));
            settled = true;
        } catch (McpException refusal) {
            task.refuse(questions.keySet(), refusal);
            settled = true;
        } finally {
            if (!settled) {
                task.giveBack(questions.keySet());
            }
        }
        return true;
    }

    private Page.Tasks list(ClientRequest.ListTasks request, Exchange exchange) {
        String cursor = request.cursor();
        TaskPage page =
                tasks.list(
                        exchange.caller().owner(), cursor == null ? null : TaskCursor.read(cursor));
        return new Page.Tasks(
                page.tasks().stream().map(TaskView::toTask).toList(),
                page.mayGoOn() ? TaskCursor.write(page.tasks().getLast()) : null);
    }

    private ServerResult cancel(ClientRequest.CancelTask request, Exchange exchange) {
        check(exchange);
        boolean stopped = tasks.cancel(request.taskId(), exchange.caller().principal());
        if (isModern(exchange)) {
            return Empty.RESULT;
        }
        if (!stopped) {
            throw McpException.invalidParams("Cannot cancel a task that has ended");
        }
        return detailed(view(request.taskId(), exchange));
    }

    private Empty update(ClientRequest.UpdateTask request, Exchange exchange) {
        check(exchange);
        TaskView view = view(request.taskId(), exchange);
        LiveTask live = tasks.live(request.taskId(), exchange.caller().principal());
        if (live == null) {
            return Empty.RESULT;
        }
        Map<String, InputResponse> answers = new LinkedHashMap<>();
        view.questions()
                .forEach(
                        (key, question) -> {
                            JsonValue given = request.inputResponses().get(key);
                            if (given != null) {
                                answers.put(key, answer(key, question, given, exchange));
                            }
                        });
        live.answer(answers);
        return Empty.RESULT;
    }

    private static InputResponse answer(
            String key, InputRequest question, JsonValue given, Exchange exchange) {
        try {
            return exchange.wire().readInputResponse(question, given);
        } catch (McpException e) {
            throw new McpException(
                    e.code(),
                    "inputResponses." + key + ": " + Objects.toString(e.getMessage()),
                    e.data());
        }
    }
}
