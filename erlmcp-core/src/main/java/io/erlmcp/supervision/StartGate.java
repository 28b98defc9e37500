package io.erlmcp.supervision;

import io.erlmcp.observability.ComponentId;
import org.jspecify.annotations.Nullable;

/**
 * Asked before each start of a component, the first and every later one. Quick, and never blocks. A
 * gate that throws denies.
 */
@FunctionalInterface
public interface StartGate {
    /** Denies nothing. */
    StartGate OPEN = component -> null;

    /**
     * @return why the component may not start, null when it may
     */
    @Nullable String denial(ComponentId component);
}
