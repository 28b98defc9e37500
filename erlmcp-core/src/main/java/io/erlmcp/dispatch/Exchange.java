package io.erlmcp.dispatch;

import io.erlmcp.feature.ToolCatalog;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.Envelope;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.rpc.RpcMessage;
import io.erlmcp.rpc.RpcWriter;
import io.erlmcp.wire.ResultMeta;
import io.erlmcp.wire.Wire;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: what came, who asks, how to answer, and whether somebody already did.
 *
 * <p>Process model: created by the session layer on a reader thread; run by that thread or by the
 * call's virtual thread; answered once, by whoever is first: the call, its deadline, or a
 * cancellation.
 */
public final class Exchange {
    /** Stands where actions stood, once they ran. */
    private enum End implements Runnable {
        ENDED;

        @Override
        public void run() {
            // All that was to run did run.
        }
    }

    /** Room for a short answer with all that stands around it; 320 with an array's head. */
    private static final int USUAL_ANSWER_BYTES = 308;

    /** Where an exchange is in its life; the first change from RUNNING decides how it ends. */
    private enum State {
        RUNNING,
        DETACHED,
        ANSWERED,
        CANCELLED
    }

    private static final VarHandle STATE;
    private static final VarHandle ON_END;

    static {
        try {
            var lookup = MethodHandles.lookup();
            STATE = lookup.findVarHandle(Exchange.class, "state", State.class);
            ON_END = lookup.findVarHandle(Exchange.class, "onEnd", Runnable.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final RpcMessage.Request request;
    private final Wire wire;
    private final RequestMeta meta;
    private final Caller caller;
    private final ReplyPath reply;
    private final Questions questions;

    /** Through {@link #STATE} alone, so that making an exchange needs no fence. */
    @SuppressWarnings("unused")
    private State state = State.RUNNING;

    /** What to run at the end; {@link End#ENDED} after that. */
    @SuppressWarnings("unused") // through ON_END
    private volatile @Nullable Runnable onEnd;

    /** Set like the next before anybody but the reader has the exchange. */
    private ResultMeta resultMeta = ResultMeta.NONE;

    private @Nullable EncodedPages pages;

    /** Looked up once, however many stages ask. */
    private @Nullable ToolSpec tool;

    private volatile @Nullable Thread runner;
    private volatile int failedWith;

    /** Written and read by the call's own thread. */
    private @Nullable Quota principalQuota;

    private final Deadline deadline = new Deadline();

    public Exchange(
            RpcMessage.Request request,
            Wire wire,
            RequestMeta meta,
            Caller caller,
            ReplyPath reply,
            Questions questions) {
        this.request = request;
        this.wire = wire;
        this.meta = meta;
        this.caller = caller;
        this.reply = reply;
        this.questions = questions;
    }

    public RequestId id() {
        return request.id();
    }

    public String method() {
        return request.method();
    }

    public Envelope envelope() {
        return request.envelope();
    }

    public Wire wire() {
        return wire;
    }

    public RequestMeta meta() {
        return meta;
    }

    public Caller caller() {
        return caller;
    }

    public ReplyPath reply() {
        return reply;
    }

    Questions questions() {
        return questions;
    }

    Deadline deadline() {
        return deadline;
    }

    /** Where pages of lists stand as they were written before. */
    void pages(EncodedPages pages) {
        this.pages = pages;
    }

    /** The tool that is called, as it was when somebody first asked; empty where there is none. */
    Optional<ToolSpec> tool(ToolCatalog catalog) {
        String name = envelope().name();
        if (tool == null && name != null) {
            tool = catalog.find(name).orElse(null);
        }
        return Optional.ofNullable(tool);
    }

    /** The call waited: what the tool says of itself is looked up again. */
    void forgetTool() {
        tool = null;
    }

    void resultMeta(ResultMeta meta) {
        this.resultMeta = meta;
    }

    /**
     * Runs {@code action} once the exchange has ended, whatever the outcome; at once if it has
     * ended already.
     */
    public void onEnd(Runnable action) {
        Runnable before = onEnd;
        while (before != End.ENDED) {
            if (ON_END.compareAndSet(this, before, both(before, action))) {
                return;
            }
            before = onEnd;
        }
        action.run();
    }

    private static Runnable both(@Nullable Runnable first, Runnable second) {
        if (first == null) {
            return second;
        }
        return () -> {
            first.run();
            second.run();
        };
    }

    /**
     * The answer will come later, by {@link #answer}, from somebody who keeps the exchange (a
     * listen stream).
     */
    public void detach() {
        STATE.compareAndSet(this, State.RUNNING, State.DETACHED);
    }

    /** True while somebody keeps the exchange to answer it later. */
    public boolean isDetached() {
        return state() == State.DETACHED;
    }

    public boolean isEnded() {
        State now = state();
        return now == State.ANSWERED || now == State.CANCELLED;
    }

    public boolean isCancelled() {
        return state() == State.CANCELLED;
    }

    /** Answers with a result, unless the exchange has ended. */
    public boolean answer(ServerResult result) {
        if (isEnded()) {
            return false;
        }
        JsonWriter out = new JsonWriter(USUAL_ANSWER_BYTES);
        RpcWriter.beginResult(id(), out);
        EncodedPages kept = pages;
        if (kept != null && result instanceof Page page) {
            kept.write(page, wire, resultMeta, out);
        } else {
            wire.writeResult(result, resultMeta, out);
        }
        RpcWriter.end(out);
        return finish(out, null);
    }

    /** Answers with an error, unless the exchange has ended. */
    public boolean fail(RpcError error) {
        JsonWriter out = new JsonWriter();
        RpcWriter.error(id(), error, out);
        return finish(out, error);
    }

    /** Answers with an error and interrupts the thread that works on it, unless it has ended. */
    public boolean stop(RpcError error) {
        if (!fail(error)) {
            return false;
        }
        interrupt();
        return true;
    }

    /** Leaves it to the next process, unless it has begun, or nobody would run it there. */
    boolean leave() {
        if (!reply.leave()) {
            return false;
        }
        if (end(State.CANCELLED)) {
            interrupt();
            ended();
        }
        return true;
    }

    private boolean finish(JsonWriter message, @Nullable RpcError error) {
        if (!end(State.ANSWERED)) {
            return false;
        }
        failedWith = error == null ? 0 : error.code();
        try {
            // Before the end: whoever waits for the end of all calls may then close the connection.
            reply.answer(message, error);
        } finally {
            ended();
        }
        return true;
    }

    /** The code of the error that was answered; 0 for a result, and before there is an answer. */
    int failedWith() {
        return failedWith;
    }

    /** The caller gave up: no answer is sent, and the thread that works on it is interrupted. */
    public boolean cancel() {
        if (!end(State.CANCELLED)) {
            return false;
        }
        interrupt();
        try {
            reply.dropped();
        } finally {
            ended();
        }
        return true;
    }

    private State state() {
        return (State) STATE.getVolatile(this);
    }

    /** No state comes again: what is not running at the first look is detached, or has ended. */
    private boolean end(State last) {
        return STATE.compareAndSet(this, State.RUNNING, last)
                || STATE.compareAndSet(this, State.DETACHED, last);
    }

    private void ended() {
        Runnable action = (Runnable) ON_END.getAndSet(this, End.ENDED);
        if (action != null) {
            action.run();
        }
    }

    /** The permit of the principal behind the caller, while the call holds one. */
    @Nullable Quota principalQuota() {
        return principalQuota;
    }

    void principalQuota(@Nullable Quota quota) {
        principalQuota = quota;
    }

    void runner(@Nullable Thread thread) {
        runner = thread;
    }

    @Nullable Thread runner() {
        return runner;
    }

    /** True on the call's own virtual thread, where waiting is allowed. */
    boolean mayWait() {
        return runner != null;
    }

    void interrupt() {
        Thread thread = runner;
        if (thread != null && !thread.equals(Thread.currentThread())) {
            thread.interrupt();
        }
    }
}
