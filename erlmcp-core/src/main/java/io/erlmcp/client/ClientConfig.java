package io.erlmcp.client;

import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;

/** What a client is made of, beside its transport. */
record ClientConfig(
        Identity identity,
        EraChoice era,
        ClientLimits limits,
        Handlers handlers,
        Listeners listeners,
        boolean checksResults,
        boolean tasks,
        Observer observer,
        Time time) {}
