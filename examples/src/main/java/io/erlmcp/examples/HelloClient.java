// tidy: console, because a command line program prints what it finds
package io.erlmcp.examples;

import io.erlmcp.client.McpClient;
import io.erlmcp.http.StreamableHttpClientTransport;
import io.erlmcp.transport.ChildProcessConfig;
import io.erlmcp.transport.ChildProcessTransport;
import io.erlmcp.transport.ClientTransport;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;

/**
 * A client of either kind of server: one behind a URL, or one that it starts as a child process.
 */
public final class HelloClient {
    private HelloClient() {}

    /** Give it a URL, or a command and its arguments. */
    public static void main(String[] args) {
        run(transportTo(List.of(args)), System.out);
    }

    static ClientTransport transportTo(List<String> target) {
        return target.getFirst().startsWith("http")
                ? StreamableHttpClientTransport.to(target.getFirst())
                : new ChildProcessTransport(ChildProcessConfig.of(target));
    }

    static void run(ClientTransport transport, PrintStream out) {
        try (McpClient client = McpClient.builder(transport).connect()) {
            client.tools().forEach(tool -> out.println(tool.name() + ": " + tool.description()));
            HelloServer.Greeting greeting =
                    client.call("greet", Map.of("name", "Ada"), HelloServer.Greeting.class);
            out.println(greeting.text());
        }
    }
}
