package io.erlmcp.client;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.CreateTaskResult;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Task;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.wire.Wire;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls of tools that were given up before they were answered. Where the answer comes all the same
 * and says that the server made a task, nobody knows of that task: it is stopped. Bounded: the call
 * that was given up first is forgotten first.
 *
 * <p>On a path where each request has a stream of its own, giving a request up closes the stream,
 * so that an answer on its way is not heard; there a task that was just made lives for its time.
 *
 * <p>Process model: no thread but that of {@link ToolTask#giveUp}; called by readers, does not
 * block.
 */
final class LateTasks {
    static final int MAX_CALLS = 256;

    private record Late(Wire wire, ClientRequest.CallTool call) {}

    private final boolean isOn;
    private final BiConsumer<String, Task> stop;

    /** Guards {@code calls}. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<RequestId, Late> calls = new LinkedHashMap<>();

    /**
     * @param isOn false for a client that has no tasks
     * @param stop stops a task of the tool with that name; does not block
     */
    LateTasks(boolean isOn, BiConsumer<String, Task> stop) {
        this.isOn = isOn;
        this.stop = stop;
    }

    static LateTasks of(Conversation conversation) {
        return new LateTasks(
                conversation.config().tasks(),
                (tool, task) -> new ToolTask(conversation, tool, task).giveUp());
    }

    /** A request is given up; the answer may still come. */
    void expect(RequestId id, Outbound request) {
        if (!isOn || !(request.request() instanceof ClientRequest.CallTool call)) {
            return;
        }
        // without the arguments, which may be large
        ClientRequest.CallTool bare =
                new ClientRequest.CallTool(call.name(), JsonSlice.EMPTY_OBJECT, call.task());
        lock.lock();
        try {
            calls.put(id, new Late(request.wire(), bare));
            if (calls.size() > MAX_CALLS) {
                calls.remove(calls.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * @return false when it names no task of a call that was given up
     */
    boolean answered(RequestId id, JsonObject result) {
        Late late = remove(id);
        if (late == null) {
            return false;
        }
        try {
            if (late.wire().readResult(late.call(), result) instanceof CreateTaskResult created) {
                stop.accept(late.call().name(), created.task());
                return true;
            }
        } catch (McpException noSense) {
            return false; // nor would it have made any in time
        }
        return false;
    }

    private @Nullable Late remove(RequestId id) {
        lock.lock();
        try {
            return calls.remove(id);
        } finally {
            lock.unlock();
        }
    }
}
