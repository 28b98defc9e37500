package peer;

import io.quarkiverse.mcp.server.Tool;
import io.smallrye.common.annotation.NonBlocking;

/** The tool on the event loop, and on a thread of the worker pool as tools are unless told otherwise. */
public class Tools {
    @Tool(name = "echo", description = "Answers its text")
    @NonBlocking
    String echo(String text) {
        return text;
    }

    @Tool(name = "echo_blocking", description = "Answers its text")
    String echoBlocking(String text) {
        return text;
    }
}
