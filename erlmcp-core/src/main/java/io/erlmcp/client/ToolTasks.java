package io.erlmcp.client;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.CreateTaskResult;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.protocol.Task;
import io.erlmcp.protocol.TaskWish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls of tools that outlive their requests, in both eras. In the legacy era the client wishes for
 * a task, in the modern one the server decides; a server that makes none answers at once.
 */
public final class ToolTasks {
    private final Conversation conversation;

    ToolTasks(Conversation conversation) {
        this.conversation = conversation;
    }

    /** Starts a call; its result is asked for later, perhaps by another process. */
    public ToolTask start(String tool, JsonObject arguments) {
        return start(tool, arguments, null);
    }

    /**
     * @param ttl how long the server shall keep the task, where the era lets the client say so
     * @throws IllegalStateException when the client was built without tasks
     */
    public ToolTask start(String tool, JsonObject arguments, @Nullable Duration ttl) {
        requireTasks();
        ClientRequest request =
                new ClientRequest.CallTool(tool, JsonSlice.of(arguments), new TaskWish(ttl));
        ServerResult answer = conversation.run(request, CallOptions.NONE);
        return switch (answer) {
            case CreateTaskResult created -> new ToolTask(conversation, tool, created.task());
            case CallToolResult result -> new ToolTask(conversation, tool, result);
            default ->
                    throw McpException.invalidParams("tools/call: the result is of another kind");
        };
    }

    private void requireTasks() {
        if (!conversation.config().tasks()) {
            throw new IllegalStateException("the client was built without tasks()");
        }
    }

    /** A task that was started before, by this client or another of the same caller. */
    public ToolTask find(String taskId) {
        return ToolTask.known(conversation, taskId);
    }

    /** The tasks that the server keeps for this caller; only servers of the legacy era tell. */
    public List<Task> list() {
        ClientLimits limits = conversation.config().limits();
        List<Task> all = new ArrayList<>();
        String cursor = null;
        for (int page = 1; page <= limits.maxPages(); page++) {
            ServerResult answer =
                    conversation.run(new ClientRequest.ListTasks(cursor), CallOptions.NONE);
            Page.Tasks tasks = McpClient.as(Page.Tasks.class, answer, "tasks/list");
            all.addAll(tasks.tasks());
            cursor = tasks.nextCursor();
            if (all.size() > limits.maxEntries()) {
                break;
            }
            if (cursor == null) {
                return all;
            }
        }
        throw McpException.invalidParams(
                "tasks/list has more than "
                        + limits.maxPages()
                        + " pages or "
                        + limits.maxEntries()
                        + " entries");
    }

    /** What an ordinary call says where the tool runs as a task only. */
    @Nullable TaskWish wish(String tool) {
        boolean wishes =
                conversation.config().tasks()
                        && conversation.tools().needsTask(tool)
                        && !conversation.server().isModern();
        return wishes ? new TaskWish(null) : null;
    }

    /** Waits for the end of a call that became a task; where the wait fails it is given up. */
    CallToolResult outcome(String tool, CreateTaskResult created, CallOptions options) {
        requireTasks();
        ToolTask task = new ToolTask(conversation, tool, created.task());
        Duration most = options.maxTimeout();
        Duration limit = most == null ? conversation.config().limits().maxTimeout() : most;
        try {
            return task.await(limit);
        } finally {
            if (!task.hasEnded()) { // whatever the caller hears, its id is not part of it
                task.giveUp();
            }
        }
    }
}
