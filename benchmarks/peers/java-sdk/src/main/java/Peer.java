import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpStatelessServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.transport.HttpServletStatelessServerTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The official Java SDK in its fastest form: stateless, the tool on the thread that read the request. */
final class Peer {
    private static final Map<String, Object> TEXT =
            Map.of(
                    "type",
                    "object",
                    "properties",
                    Map.of("text", Map.of("type", "string")),
                    "required",
                    List.of("text"));

    private Peer() {}

    public static void main(String[] args) throws Exception {
        var transport =
                HttpServletStatelessServerTransport.builder().messageEndpoint("/mcp").build();
        McpServer.sync(transport)
                .serverInfo("java-sdk", "1")
                .capabilities(ServerCapabilities.builder().tools(false).build())
                .immediateExecution(true)
                .tools(
                        SyncToolSpecification.builder()
                                .tool(
                                        new Tool.Builder()
                                                .name("echo")
                                                .description("Answers its text")
                                                .inputSchema(TEXT)
                                                .build())
                                .callHandler(
                                        (context, request) ->
                                                CallToolResult.builder()
                                                        .addTextContent(
                                                                (String)
                                                                        request.arguments()
                                                                                .get("text"))
                                                        .build())
                                .build())
                .build();

        var server = new Server();
        var connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        var context = new ServletContextHandler("/");
        var holder = new ServletHolder(transport);
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/*");
        server.setHandler(context);
        server.start();
        System.err.println(
                "ready {\"mcp\":\"http://127.0.0.1:" + connector.getLocalPort() + "/mcp\"}");
    }
}
