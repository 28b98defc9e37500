package io.erlmcp.resilience;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gates that are asked in turn; the first refusal counts. */
record GateRow(List<CallGate> gates) implements CallGate {
    @Override
    public @Nullable Refusal check(String method, @Nullable String name) {
        return check(method, name, "");
    }

    @Override
    public @Nullable Refusal check(String method, @Nullable String name, String transport) {
        for (CallGate gate : gates) {
            Refusal refusal = gate.check(method, name, transport);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }
}
