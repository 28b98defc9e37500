package io.erlmcp.client;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.DetailedTask;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.protocol.Task;
import io.erlmcp.protocol.TaskError;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.runtime.Threads;
import io.erlmcp.transport.Backoff;
import io.erlmcp.transport.TransportException;
import io.erlmcp.wire.Wire;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A call of a tool that goes on at the server whether this client is there or not. Who keeps {@link
 * #id} finds it again.
 */
public final class ToolTask {
    private static final Duration USUAL_POLL = Duration.ofSeconds(1);
    private static final Duration SHORTEST_POLL = Duration.ofMillis(20);
    private static final Duration LONGEST_POLL = Duration.ofSeconds(30);
    private static final Duration FOREVER = Duration.ofDays(365);

    /** Between attempts to stop a task that nobody waits for; half a minute in all. */
    private static final Backoff PAUSES = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(8));

    private static final int MAX_ATTEMPTS = 7;

    private final Conversation conversation;
    private final @Nullable String tool;
    private final Set<String> asked = new HashSet<>();
    private volatile @Nullable Task task;
    private volatile @Nullable CallToolResult result;

    ToolTask(Conversation conversation, @Nullable String tool, Task task) {
        this.conversation = conversation;
        this.tool = tool;
        this.task = task;
    }

    ToolTask(Conversation conversation, String tool, CallToolResult result) {
        this.conversation = conversation;
        this.tool = tool;
        this.result = result;
    }

    static ToolTask known(Conversation conversation, String taskId) {
        ToolTask found = new ToolTask(conversation, null, get(conversation, taskId).task());
        return found;
    }

    private static DetailedTask get(Conversation conversation, String taskId) {
        ServerResult answer = conversation.run(new ClientRequest.GetTask(taskId), CallOptions.NONE);
        return McpClient.as(DetailedTask.class, answer, "tasks/get");
    }

    /**
     * The id, a secret that only this caller should know.
     *
     * @throws IllegalStateException when the server answered at once and made no task
     */
    public String id() {
        return known().id();
    }

    /** Whether the server made a task of the call. */
    public boolean isTask() {
        return task != null;
    }

    private Task known() {
        Task made = task;
        if (made == null) {
            throw new IllegalStateException("the server answered at once, there is no task");
        }
        return made;
    }

    /** The task as the server has it now. */
    public Task status() {
        Task now = get(conversation, id()).task();
        task = now;
        return now;
    }

    /** Waits for the result, answering what the task asks. */
    public CallToolResult await() {
        return await(FOREVER);
    }

    /**
     * @throws McpTimeoutException when it is not there after {@code limit}; the task goes on
     * @throws McpException with which the task failed
     * @throws CancellationException when the task was cancelled, or the waiting thread is
     *     interrupted
     */
    public CallToolResult await(Duration limit) {
        CallToolResult known = result;
        if (known != null) {
            return known;
        }
        long start = conversation.config().time().nanos();
        while (true) {
            DetailedTask now = get(conversation, id());
            task = now.task();
            CallToolResult ended = settled(now, limit);
            if (ended != null) {
                check(ended);
                result = ended;
                return ended;
            }
            Duration left = limit.minusNanos(conversation.config().time().nanos() - start);
            if (!left.isPositive()) {
                throw new McpTimeoutException("the task", limit);
            }
            Duration pause = poll(now.task());
            conversation.rounds().waitFor(pause.compareTo(left) > 0 ? left : pause);
        }
    }

    private void check(CallToolResult ended) {
        String called = tool;
        if (called != null) {
            conversation.tools().check(called, ended);
        }
    }

    private static Duration poll(Task task) {
        Duration wish = task.pollInterval() == null ? USUAL_POLL : task.pollInterval();
        if (wish.compareTo(SHORTEST_POLL) < 0) {
            return SHORTEST_POLL;
        }
        return wish.compareTo(LONGEST_POLL) > 0 ? LONGEST_POLL : wish;
    }

    /** The result, where there is one; null while it has to be waited for. */
    private @Nullable CallToolResult settled(DetailedTask now, Duration limit) {
        if (now.task().status() == TaskStatus.CANCELLED) {
            throw new CancellationException("the task was cancelled");
        }
        boolean modern = conversation.server().isModern();
        return modern ? modern(now) : legacy(now, limit);
    }

    private @Nullable CallToolResult modern(DetailedTask now) {
        CallToolResult there = now.result();
        TaskError error = now.error();
        if (there != null) {
            return there;
        }
        if (error != null) {
            throw error.toException();
        }
        if (now.task().status().isFinal()) {
            throw McpException.invalidParams("tasks/get: the task ended without a result");
        }
        answer(now.inputRequests());
        return null;
    }

    /** Each question is shown to the user once, however often the server repeats it. */
    private void answer(Map<String, InputRequest> questions) {
        Map<String, InputRequest> fresh = new LinkedHashMap<>(questions);
        fresh.keySet().removeAll(asked);
        if (fresh.isEmpty()) {
            return;
        }
        Map<String, InputResponse> answers = conversation.rounds().answer(fresh);
        Wire wire = conversation.server().wire();
        JsonObject.Builder responses = JsonObject.builder();
        answers.forEach(
                (key, response) -> {
                    JsonWriter out = new JsonWriter();
                    wire.writeInputResponse(response, out);
                    responses.put(key, Json.parseObject(out.toByteArray()));
                });
        conversation.run(new ClientRequest.UpdateTask(id(), responses.build()), CallOptions.NONE);
        asked.addAll(fresh.keySet());
    }

    /** What the task asks comes on the stream of the request for its result. */
    private @Nullable CallToolResult legacy(DetailedTask now, Duration limit) {
        TaskStatus status = now.task().status();
        if (status == TaskStatus.WORKING) {
            return null;
        }
        CallOptions patient =
                status == TaskStatus.INPUT_REQUIRED
                        ? CallOptions.NONE.withTimeout(limit).withMaxTimeout(limit)
                        : CallOptions.NONE;
        ServerResult answer = conversation.run(new ClientRequest.GetTaskResult(id()), patient);
        return McpClient.as(CallToolResult.class, answer, "tasks/result");
    }

    /** Stops the task; one that has ended stays as it is. */
    public void cancel() {
        if (task == null) {
            return;
        }
        try {
            conversation.run(new ClientRequest.CancelTask(id()), CallOptions.NONE);
        } catch (McpException e) {
            if (!status().status().isFinal()) {
                throw e;
            }
        }
    }

    /** Whether the server said that it goes on no longer. */
    boolean hasEnded() {
        Task known = task;
        return result != null || known == null || known.status().isFinal();
    }

    /**
     * Stops the task for a caller who does not wait any longer, on a thread of its own. What the
     * path or the server makes impossible for the moment is tried again for a while.
     */
    void giveUp() {
        Threads.startVirtual(
                "cancel task",
                () -> {
                    try {
                        for (int attempt = 1; !isCancelled(attempt); attempt++) {
                            double random = ThreadLocalRandom.current().nextDouble();
                            conversation.rounds().waitFor(PAUSES.delay(attempt, random));
                        }
                    } catch (McpException
                            | McpTimeoutException
                            | TransportException
                            | IllegalStateException e) {
                        conversation
                                .config()
                                .observer()
                                .on(new ClientEvent.MessageIgnored("tasks/cancel: " + e));
                    }
                });
    }

    /** False where another attempt is worth it. */
    private boolean isCancelled(int attempt) {
        boolean isLast = attempt == MAX_ATTEMPTS;
        try {
            cancel();
            return true;
        } catch (McpException e) {
            if (isLast || !Remedy.passes(e)) {
                throw e;
            }
        } catch (McpTimeoutException e) {
            if (isLast) {
                throw e;
            }
        } catch (TransportException e) {
            // a path is made again, unless the client itself is closed
            boolean isPath = e.kind() == TransportException.Kind.CLOSED;
            boolean passes = isPath ? conversation.phase() != Phase.CLOSED : Remedy.passes(e);
            if (isLast || !passes) {
                throw e;
            }
        }
        return false;
    }
}
