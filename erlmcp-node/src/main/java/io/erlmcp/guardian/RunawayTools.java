package io.erlmcp.guardian;

import io.erlmcp.dispatch.DispatchEvent;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Threads;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * Halts a tool when too many of its calls do not come back at the same time: each holds a thread,
 * and a carrier if it loops.
 *
 * <p>Process model: hears of calls on their own threads; a halt, which may write to a disk, is set
 * on a platform thread, because carriers may be what is missing.
 */
public final class RunawayTools implements Observer {
    /** Calls of one tool that may be abandoned at the same time, with the one that halts it. */
    public static final int MOST = 3;

    private static final String CALL = "tools/call";

    private final BiConsumer<String, String> halting;
    private final Observer observer;
    private final ConcurrentHashMap<String, Integer> abandoned = new ConcurrentHashMap<>();

    /**
     * @param halting halts a tool by its name, for a reason
     * @param observer hears of what this does
     */
    public RunawayTools(BiConsumer<String, String> halting, Observer observer) {
        this.halting = halting;
        this.observer = observer;
    }

    @Override
    public void on(Event event) {
        if (event instanceof DispatchEvent.CallAbandoned call && call.method().equals(CALL)) {
            String tool = call.target();
            if (tool != null && abandoned.merge(tool, 1, Integer::sum) == MOST) {
                Threads.startPlatform("halt " + tool, () -> halt(tool));
            }
        } else if (event instanceof DispatchEvent.AbandonedCallEnded call
                && call.method().equals(CALL)) {
            String tool = call.target();
            if (tool != null) {
                abandoned.computeIfPresent(tool, (name, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    private void halt(String tool) {
        halting.accept(
                tool, MOST + " of its calls were answered at their deadline and do not come back");
        observer.on(new GuardianEvent.ToolHalted(tool, MOST));
    }
}
