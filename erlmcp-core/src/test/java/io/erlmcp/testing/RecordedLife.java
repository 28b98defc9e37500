package io.erlmcp.testing;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.supervision.ComponentFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a run of a component tells its supervisor, kept. */
public final class RecordedLife implements ComponentFactory.Life {
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    @Override
    public ComponentId id() {
        return ComponentId.of("test");
    }

    @Override
    public void failed(Throwable cause) {
        failures.add(cause);
    }

    @Override
    public void ended() {
        throw new AssertionError("it has no end of its own");
    }

    @Override
    public void whenGone(Runnable action) {
        throw new AssertionError("nobody asks");
    }

    /** Why it failed, the first first. */
    public List<Throwable> failures() {
        return failures;
    }
}
