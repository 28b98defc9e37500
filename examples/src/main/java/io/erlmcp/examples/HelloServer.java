// tidy: console, because a stdio server speaks on standard output
package io.erlmcp.examples;

import io.erlmcp.feature.Arg;
import io.erlmcp.feature.Tool;
import io.erlmcp.server.McpServer;
import io.erlmcp.transport.StdioTransport;
import java.io.IOException;

/**
 * The smallest server: one tool, served on standard input and output to the host that starts it.
 */
public final class HelloServer {
    public record Greeting(String text, int letters) {}

    @Tool(description = "Greets somebody")
    public Greeting greet(@Arg(description = "whom") String name) {
        return new Greeting("Hello, " + name + "!", name.length());
    }

    /** The server, without a transport: tests put one in memory. */
    public static McpServer build() {
        return McpServer.builder("hello", "1.0").annotated(new HelloServer()).build();
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        try (McpServer server = build()) {
            StdioTransport.serve(
                    server.endpoint(), System.in, System.out, StdioTransport.Config.DEFAULTS);
        }
    }
}
