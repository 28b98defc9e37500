import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.McpStatelessServerFeatures;
import io.modelcontextprotocol.server.transport.HttpServletStatelessServerTransport;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import jakarta.servlet.Servlet;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.apache.catalina.startup.Tomcat;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * The official Java SDK in its fastest form: the tool on the thread that read the request.
 * Arguments: {@code stdio}, or {@code jetty} or {@code tomcat} with {@code stateless} or {@code
 * stateful}.
 */
final class Peer {
    private static final Tool ECHO =
            new Tool.Builder()
                    .name("echo")
                    .description("Answers its text")
                    .inputSchema(
                            Map.of(
                                    "type",
                                    "object",
                                    "properties",
                                    Map.of("text", Map.of("type", "string")),
                                    "required",
                                    List.of("text")))
                    .build();

    private Peer() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("stdio")) {
            McpServer.sync(new StdioServerTransportProvider(McpJsonDefaults.getMapper()))
                    .serverInfo("java-sdk", "1")
                    .capabilities(capabilities())
                    .immediateExecution(true)
                    .tools(withSession())
                    .build();
            return;
        }
        Servlet servlet = args[1].equals("stateless") ? stateless() : stateful();
        int port = args[0].equals("jetty") ? jetty(servlet) : tomcat(servlet);
        System.err.println("ready {\"mcp\":\"http://127.0.0.1:" + port + "/mcp\"}");
    }

    private static Servlet stateless() {
        var transport =
                HttpServletStatelessServerTransport.builder().messageEndpoint("/mcp").build();
        McpServer.sync(transport)
                .serverInfo("java-sdk", "1")
                .capabilities(capabilities())
                .immediateExecution(true)
                .tools(
                        McpStatelessServerFeatures.SyncToolSpecification.builder()
                                .tool(ECHO)
                                .callHandler((context, request) -> echo(request))
                                .build())
                .build();
        return transport;
    }

    private static Servlet stateful() {
        var transport =
                HttpServletStreamableServerTransportProvider.builder().mcpEndpoint("/mcp").build();
        McpServer.sync(transport)
                .serverInfo("java-sdk", "1")
                .capabilities(capabilities())
                .immediateExecution(true)
                .tools(withSession())
                .build();
        return transport;
    }

    private static McpServerFeatures.SyncToolSpecification withSession() {
        return McpServerFeatures.SyncToolSpecification.builder()
                .tool(ECHO)
                .callHandler((exchange, request) -> echo(request))
                .build();
    }

    private static ServerCapabilities capabilities() {
        return ServerCapabilities.builder().tools(false).build();
    }

    private static CallToolResult echo(CallToolRequest request) {
        return CallToolResult.builder()
                .addTextContent((String) request.arguments().get("text"))
                .build();
    }

    private static int jetty(Servlet servlet) throws Exception {
        var server = new Server();
        var connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        var context = new ServletContextHandler("/");
        var holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/*");
        server.setHandler(context);
        server.start();
        return connector.getLocalPort();
    }

    private static int tomcat(Servlet servlet) throws Exception {
        var folder = Files.createTempDirectory("peer");
        folder.toFile().deleteOnExit();
        var server = new Tomcat();
        server.setBaseDir(folder.toString());
        server.setHostname("127.0.0.1");
        server.setPort(0);
        var connector = server.getConnector();
        connector.setProperty("address", "127.0.0.1");
        // closing a connection after 100 requests is a default that no load test survives
        connector.setProperty("maxKeepAliveRequests", "-1");
        connector.setProperty("maxConnections", "20000");
        var context = server.addContext("", folder.toString());
        var wrapper = Tomcat.addServlet(context, "mcp", servlet);
        wrapper.setAsyncSupported(true);
        context.addServletMappingDecoded("/*", "mcp");
        server.start();
        return connector.getLocalPort();
    }
}
