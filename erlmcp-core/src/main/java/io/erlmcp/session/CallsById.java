package io.erlmcp.session;

import io.erlmcp.dispatch.Exchange;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.rpc.RpcError;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * The calls in progress of one session or connection. An id is free again as soon as its answer is
 * on its way: the client may use it before the call has left the map. Thread-safe.
 */
final class CallsById {
    private final ConcurrentHashMap<RequestId, Exchange> calls = new ConcurrentHashMap<>();

    /** Enters the exchange until it ends; false when a call of that id is in progress. */
    boolean begin(Exchange exchange) {
        RequestId id = exchange.id();
        Exchange before = calls.putIfAbsent(id, exchange);
        while (before != null) {
            if (!before.isEnded()) {
                return false;
            }
            calls.remove(id, before);
            before = calls.putIfAbsent(id, exchange);
        }
        exchange.onEnd(() -> calls.remove(id, exchange));
        return true;
    }

    void forget(Exchange exchange) {
        calls.remove(exchange.id(), exchange);
    }

    /** The call of that id, or null when none is in progress. */
    @Nullable Exchange find(RequestId id) {
        Exchange exchange = calls.get(id);
        return exchange == null || exchange.isEnded() ? null : exchange;
    }

    /** True while there is a call whose answer was not handed over yet. */
    boolean any(Predicate<Exchange> which) {
        return calls.values().stream().anyMatch(which);
    }

    boolean isEmpty() {
        return calls.isEmpty();
    }

    /** Answers all with {@code error}, and interrupts them. */
    void stopAll(RpcError error) {
        calls.values().forEach(call -> call.stop(error));
    }

    void cancelAll() {
        calls.values().forEach(Exchange::cancel);
    }
}
