package io.erlmcp.supervision;

import io.erlmcp.observability.ComponentId;
import org.jspecify.annotations.Nullable;

/** A supervisor gave up on a child, and so on itself. */
public final class EscalationException extends Exception {
    private static final long serialVersionUID = 1L;

    EscalationException(ComponentId child, String reason, @Nullable Throwable cause) {
        super(child + ": " + reason, cause);
    }
}
