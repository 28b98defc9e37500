package io.erlmcp.resilience;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asked once for every request, before it waits for or takes a permit, on the thread that has it:
 * quick, thread-safe, never blocking, and without allocation where it lets the request pass.
 */
@FunctionalInterface
public interface CallGate {
    /** Lets everything pass. */
    CallGate OPEN = (method, name) -> null;

    /**
     * @param method such as {@code tools/call}
     * @param name of the tool or prompt, or the URI of the resource; null for other methods
     * @return null lets it pass
     */
    @Nullable Refusal check(String method, @Nullable String name);

    /**
     * As the other, which decides unless the gate cares for the way of the request.
     *
     * @param transport over which it came, such as {@code tcp}; empty where it came over none
     */
    default @Nullable Refusal check(String method, @Nullable String name, String transport) {
        return check(method, name);
    }

    /** A gate that asks each of {@code gates} in turn; the first refusal counts. */
    static CallGate of(List<CallGate> gates) {
        List<CallGate> all = List.copyOf(gates);
        return switch (all.size()) {
            case 0 -> OPEN;
            case 1 -> all.getFirst();
            default -> new GateRow(all);
        };
    }
}
