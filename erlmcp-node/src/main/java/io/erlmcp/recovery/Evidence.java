package io.erlmcp.recovery;

import io.erlmcp.observability.ComponentId;
import java.util.List;

/** Where it is seen what happened to a component. Each may take a while, and may be long. */
public interface Evidence {
    /** What it wrote to its standard error, the newest last; empty for what has none. */
    List<String> errorLines(ComponentId component);

    /** The last lines of the log, the newest last. */
    List<String> logLines();

    /** Its metrics, and those of the node that matter to every component. */
    List<String> metrics(ComponentId component);

    /** What the node's platform threads do. */
    List<String> threads();
}
