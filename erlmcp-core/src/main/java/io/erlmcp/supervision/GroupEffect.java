package io.erlmcp.supervision;

import io.erlmcp.observability.ComponentId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a {@link GroupDecision} wants to be done. */
public sealed interface GroupEffect {
    record StartRun(ComponentId child, int run) implements GroupEffect {}

    record StopRun(ComponentId child, int run) implements GroupEffect {}

    /** Say {@link GroupEvent.Due} after the pause. */
    record Wake(long pauseEnd, Duration after) implements GroupEffect {}

    /** Every child has been started for the first time, as far as it may. */
    record Opened() implements GroupEffect {}

    /** The first start failed; the group closes. */
    record OpenFailed(ComponentId child, Throwable cause) implements GroupEffect {}

    /** Restarting does not help; the group closes, and its supervisor fails. */
    record Escalate(ComponentId child, String reason, @Nullable Throwable cause)
            implements GroupEffect {}

    /** Everything is down, for good. */
    record Closed() implements GroupEffect {}

    record Tell(SupervisionEvent event) implements GroupEffect {}
}
