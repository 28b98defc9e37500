package io.erlmcp.dispatch;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.resilience.CallGate;
import io.erlmcp.resilience.Refusal;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The only place where a call waits: for a permit of its caller, then for one of the server. The
 * waiting are bounded; whoever comes when the list is full, or waits longer than its deadline, is
 * refused with -31001.
 */
final class Admission {
    private static final int RETRY_AFTER_MILLIS = 1000;

    private final CallLimits limits;
    private final CallGate gate;
    private final Quota server;
    private final AtomicInteger waiting = new AtomicInteger();

    Admission(CallLimits limits, CallGate gate) {
        this.limits = limits;
        this.gate = gate;
        this.server = new Quota(limits.maxRunning());
    }

    int waiting() {
        return waiting.get();
    }

    /**
     * Asks the gate, then takes both permits, or refuses. On an event loop there is no waiting, and
     * no permit: such calls do not pile up.
     */
    boolean enter(Exchange exchange) throws InterruptedException {
        pass(exchange);
        if (!exchange.mayWait()) {
            return false;
        }
        Quota caller = exchange.caller().quota();
        boolean hasWaited = take(caller, "this caller");
        boolean entered = false;
        try {
            hasWaited |= take(server, "this server");
            entered = true;
        } finally {
            if (!entered) {
                caller.release();
            }
        }
        if (hasWaited) {
            passAgain(exchange);
        }
        return true;
    }

    private void pass(Exchange exchange) {
        Refusal refusal = gate.check(exchange.method(), exchange.envelope().name());
        if (refusal != null) {
            throw refused(refusal);
        }
    }

    /** What was halted while the call waited must not run any more. */
    private void passAgain(Exchange exchange) {
        boolean passed = false;
        try {
            pass(exchange);
            passed = true;
        } finally {
            if (!passed) {
                leave(exchange);
            }
        }
    }

    void leave(Exchange exchange) {
        server.release();
        exchange.caller().quota().release();
    }

    /** True when there was a wait for it. */
    private boolean take(Quota quota, String whose) throws InterruptedException {
        if (quota.tryAcquire()) {
            return false;
        }
        if (waiting.incrementAndGet() > limits.maxWaiting()) {
            waiting.decrementAndGet();
            throw overloaded(limits.maxWaiting() + " calls are waiting already");
        }
        try {
            Duration patience = limits.callTimeout();
            if (!quota.acquire(patience)) {
                throw overloaded(
                        quota.limit()
                                + " calls of "
                                + whose
                                + " ran for all of "
                                + patience.toMillis()
                                + " ms");
            }
            return true;
        } finally {
            waiting.decrementAndGet();
        }
    }

    private static McpException refused(Refusal refusal) {
        JsonObject.Builder data = JsonObject.builder().put("component", refusal.component().path());
        if (refusal.since() != null) {
            data.put("since", refusal.since().toString());
        }
        if (refusal.retryAfter() != null) {
            data.put("retryAfterMs", refusal.retryAfter().toMillis());
        }
        int code =
                switch (refusal.kind()) {
                    case HALTED -> ErrorCode.HALTED;
                    case OVERLOADED -> ErrorCode.OVERLOADED;
                };
        return new McpException(code, refusal.message(), data.build());
    }

    private static McpException overloaded(String why) {
        return new McpException(
                ErrorCode.OVERLOADED,
                "Overloaded: " + why,
                JsonObject.of("retryAfterMs", RETRY_AFTER_MILLIS));
    }
}
