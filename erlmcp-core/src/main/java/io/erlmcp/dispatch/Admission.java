package io.erlmcp.dispatch;

import io.erlmcp.feature.Priority;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.resilience.CallGate;
import io.erlmcp.resilience.Refusal;
import io.erlmcp.resilience.Restraint;
import io.erlmcp.security.Principal;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The only place where a call waits or is refused for want of room: the gate, what the node holds
 * back, and the list of the waiting are one decision. A call needs a permit of its caller, one of
 * the principal behind it, and one of the server.
 */
final class Admission {
    private final CallLimits limits;
    private final Dispatcher.Setup setup;
    private final CallGate gate;
    private final Observer observer;
    private final Function<Exchange, CallPlan> plans;
    private final Quota server;
    private final WaitingList list;
    private final Quotas principals;

    Admission(Dispatcher.Setup setup, Function<Exchange, CallPlan> plans) {
        this.setup = setup;
        this.limits = setup.limits();
        this.gate = setup.gate();
        this.observer = setup.observer();
        this.plans = plans;
        this.server = new Quota(limits.maxRunning());
        this.principals = new Quotas(limits.maxRunningPerPrincipal());
        this.list =
                new WaitingList(
                        limits.waiting(), server, setup.brake(), setup.time(), setup.observer());
        setup.timers().every(InFlight.SWEEP, list::look);
    }

    int waiting() {
        return list.size();
    }

    /**
     * Asks the gate, then takes the permits, or refuses. On an event loop there is no waiting, and
     * no permit: such calls do not pile up.
     */
    boolean enter(Exchange exchange) throws InterruptedException {
        pass(exchange);
        Restraint restraint = setup.brake().now();
        if (restraint.shedsLow() && plans.apply(exchange).priority() == Priority.LOW) {
            throw overloaded(exchange, Overload.held(restraint, Priority.LOW));
        }
        if (!exchange.mayWait()) {
            return false;
        }
        Quota caller = exchange.caller().quota();
        Quota principal = principal(exchange);
        exchange.principalQuota(principal);
        if (!list.isEmpty() || !take(caller, principal, restraint)) {
            await(exchange, caller, principal);
            passAgain(exchange);
            exchange.forgetTool();
        }
        return true;
    }

    private void pass(Exchange exchange) {
        Refusal refusal =
                gate.check(
                        exchange.method(),
                        exchange.envelope().name(),
                        exchange.reply().transport());
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
        list.release(exchange.caller().quota(), exchange.principalQuota());
    }

    private void await(Exchange exchange, Quota caller, @Nullable Quota principal)
            throws InterruptedException {
        exchange.reply().waits();
        CallPlan plan = plans.apply(exchange);
        Overload overload = list.await(caller, principal, plan.priority(), plan.timeout());
        if (overload != null) {
            throw overloaded(exchange, overload);
        }
    }

    /** What all sessions of one principal share; nobody knows who is behind anonymous ones. */
    private @Nullable Quota principal(Exchange exchange) {
        if (exchange.caller().principal().equals(Principal.ANONYMOUS)) {
            return null;
        }
        return principals.of(exchange.caller().principal().name());
    }

    private boolean take(Quota caller, @Nullable Quota principal, Restraint restraint) {
        if (!caller.tryAcquire(restraint.ofCaller(caller.limit()))) {
            return false;
        }
        if (principal != null && !principal.tryAcquire(restraint.ofCaller(principal.limit()))) {
            giveBack(caller, null);
            return false;
        }
        if (!server.tryAcquire(Math.min(server.limit(), restraint.maxRunning()))) {
            giveBack(caller, principal);
            return false;
        }
        return true;
    }

    /** Somebody may have begun to wait for what was held for a moment. */
    private void giveBack(Quota caller, @Nullable Quota principal) {
        caller.release();
        if (principal != null) {
            principal.release();
        }
        if (!list.isEmpty()) {
            list.handOn(caller, principal);
        }
    }

    private McpException overloaded(Exchange exchange, Overload overload) {
        observer.on(
                new DispatchEvent.CallShed(
                        exchange.method(), overload.priority(), overload.reason()));
        return overload.toException();
    }

    static McpException refused(Refusal refusal) {
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
}
