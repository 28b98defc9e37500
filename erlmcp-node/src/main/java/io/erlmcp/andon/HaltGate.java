package io.erlmcp.andon;

import io.erlmcp.resilience.CallGate;
import io.erlmcp.resilience.Refusal;
import org.jspecify.annotations.Nullable;

/** Refuses calls of what is halted, and those that come through what is halted. */
record HaltGate(Andon andon) implements CallGate {
    @Override
    public @Nullable Refusal check(String method, @Nullable String name) {
        return check(method, name, "");
    }

    @Override
    public @Nullable Refusal check(String method, @Nullable String name, String transport) {
        return andon.refusal(method, name, transport);
    }
}
